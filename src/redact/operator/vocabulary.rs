//! The words that pseudonyms are made of, in groups of four. None is a forename or a surname that we know (a test compares the lists),
//! and no two are a letter apart, so that a word with one letter misread is still known in a photograph.
//!
//! A grant uses one word of each group, the one that its [`mark`](super::mark) says: of the first words and of the second words a quarter each. So
//! every word that can be read on a page rules three grants of four out, and there are as many pairs for a grant's patients as there would be of a
//! quarter as many words. Whoever adds words, adds groups: the order of the groups is part of the mark, and pages that were shown before cannot be
//! traced once it has changed.

use super::mark::Mark;

/// Words in a group.
pub(in crate::redact) const GROUP: usize = 4;

/// First words, sorted.
#[rustfmt::skip]
const FIRST: &[[&str; GROUP]] = &[
    ["Acrobatic", "Aerial", "Aglow", "Airborne"], ["Alabaster", "Alpine", "Amethyst", "Ample"],
    ["Antique", "Aquamarine", "Arching", "Arctic"], ["Arid", "Aromatic", "Artful", "Ashen"],
    ["Ashy", "Atlantic", "Auburn", "Autumnal"], ["Avian", "Baked", "Balanced", "Balmy"],
    ["Balsamic", "Bamboo", "Banded", "Baroque"], ["Basalt", "Bashful", "Basking", "Batik"],
    ["Beaded", "Beaming", "Beige", "Bejewelled"], ["Bending", "Berried", "Bevelled", "Bicoloured"],
    ["Billowing", "Billowy", "Birchen", "Blanched"], ["Blazing", "Blended", "Blithe", "Blooming"],
    ["Blossoming", "Bluish", "Blushing", "Bordered"], ["Boreal", "Botanical", "Bottled", "Bouncy"],
    ["Bounding", "Braided", "Brambly", "Branching"], ["Brassy", "Brazen", "Breezy", "Brindled"],
    ["Briny", "Bronzed", "Brushed", "Bubbling"], ["Bucolic", "Buoyant", "Burgundy", "Burnished"],
    ["Buttoned", "Buzzing", "Cadmium", "Cambric"], ["Camphor", "Candid", "Candlelit", "Carefree"],
    ["Carnelian", "Cascading", "Cashmere", "Cedarn"], ["Celadon", "Celestial", "Cerise", "Cerulean"],
    ["Chalky", "Chambray", "Charming", "Chartreuse"], ["Cheerful", "Cheery", "Chequered", "Cherished"],
    ["Chevron", "Chiffon", "Chilled", "Chilly"], ["Chiming", "Chinking", "Chirpy", "Chiselled"],
    ["Chuckling", "Cinder", "Cinnabar", "Circling"], ["Circular", "Citrine", "Clanging", "Classic"],
    ["Clattering", "Clicking", "Climbing", "Clouded"], ["Cloudy", "Coastal", "Cobalt", "Cobbled"],
    ["Cobwebby", "Coiled", "Colourful", "Comical"], ["Coppery", "Corduroy", "Corky", "Cosmic"],
    ["Cosy", "Cottony", "Crafty", "Craggy"], ["Crayoned", "Creaking", "Creamy", "Creased"],
    ["Crested", "Crimson", "Crinkled", "Crinkly"], ["Crispy", "Crocheted", "Crooning", "Crowned"],
    ["Crumpled", "Crunchy", "Cubic", "Cuboid"], ["Cultured", "Curly", "Cushioned", "Cyan"],
    ["Damask", "Dancing", "Dappled", "Dashing"], ["Dazzling", "Decorated", "Denim", "Desert"],
    ["Dewy", "Diagonal", "Dimpled", "Diving"], ["Domed", "Dotted", "Dovetailed", "Downy"],
    ["Draped", "Dreaming", "Drifting", "Dulcet"], ["Earthen", "Earthy", "Ebbing", "Echoing"],
    ["Elegant", "Elliptical", "Elmwood", "Embroidered"], ["Enamelled", "Enchanted", "Encircled", "Endless"],
    ["Engraved", "Equatorial", "Etched", "Ethereal"], ["Everlasting", "Exotic", "Fabled", "Faceted"],
    ["Fallow", "Fanciful", "Faraway", "Fashioned"], ["Favourite", "Feathery", "Felted", "Ferny"],
    ["Festive", "Fiddling", "Fiery", "Fizzing"], ["Flannel", "Flapping", "Flaring", "Flashing"],
    ["Flaxen", "Flecked", "Fleecy", "Fleeting"], ["Flickering", "Flinty", "Flitting", "Floating"],
    ["Floral", "Flourishing", "Floury", "Flowery"], ["Flowing", "Fluffy", "Fluorescent", "Fluttering"],
    ["Flying", "Foggy", "Folded", "Folksy"], ["Forested", "Forged", "Foxy", "Fragrant"],
    ["Framed", "Freckled", "Frilled", "Frilly"], ["Fringed", "Frisky", "Frolicking", "Frosted"],
    ["Frosty", "Fruited", "Fruity", "Funny"], ["Furled", "Furrowed", "Fuzzy", "Galactic"],
    ["Galloping", "Gambolling", "Gauzy", "Gemmed"], ["Genial", "Geometric", "Gifted", "Gilded"],
    ["Gilt", "Gingery", "Glacial", "Gladsome"], ["Glassy", "Glazed", "Gleaming", "Gleeful"],
    ["Glimmering", "Glinting", "Glistening", "Glittering"], ["Glittery", "Globular", "Gloved", "Gossamer"],
    ["Graceful", "Granite", "Graphite", "Grassed"], ["Gravelly", "Greenish", "Grooved", "Groovy"],
    ["Growing", "Guiding", "Gurgling", "Gusty"], ["Hallowed", "Hammered", "Handmade", "Handsome"],
    ["Hanging", "Harvested", "Hazy", "Heavenly"], ["Hempen", "Heraldic", "Herbal", "Herringbone"],
    ["Hexagonal", "Hidden", "Homely", "Homespun"], ["Honeycombed", "Honeyed", "Hooded", "Hopeful"],
    ["Horned", "Hovering", "Huddled", "Humming"], ["Hushed", "Icebound", "Iced", "Idyllic"],
    ["Illumined", "Indigo", "Inky", "Inlaid"], ["Interwoven", "Iridescent", "Ivied", "Jagged"],
    ["Jangling", "Jaunty", "Jazzy", "Jewelled"], ["Jocular", "Jostling", "Joyful", "Joyous"],
    ["Jubilant", "Juggling", "Juicy", "Jumping"], ["Khaki", "Kindled", "Kindly", "Knitted"],
    ["Knotty", "Laced", "Lacquered", "Lambent"], ["Laminated", "Lanternlit", "Lapis", "Lasting"],
    ["Laughing", "Laurelled", "Lavish", "Layered"], ["Leafless", "Leaping", "Lemony", "Lengthy"],
    ["Lichened", "Lightsome", "Lilac", "Lilting"], ["Limestone", "Limpid", "Linear", "Lofted"],
    ["Lofty", "Lolloping", "Looped", "Lucent"], ["Lulling", "Luminous", "Lunar", "Lustrous"],
    ["Lyrical", "Madder", "Magenta", "Magical"], ["Magnetic", "Mahogany", "Malachite", "Marbled"],
    ["Maritime", "Mauve", "Meadowy", "Meandering"], ["Mellow", "Melodic", "Melodious", "Melting"],
    ["Meteoric", "Midnight", "Mighty", "Milky"], ["Mimic", "Mingled", "Miniature", "Minty"],
    ["Mirrored", "Mirthful", "Mittened", "Moated"], ["Modish", "Mohair", "Moonlike", "Moonlit"],
    ["Mossy", "Muddy", "Muffled", "Muscovado"], ["Musical", "Mystic", "Mythic", "Nautical"],
    ["Neat", "Nebulous", "Needled", "Nestling"], ["Nifty", "Nimble", "Nocturnal", "Nodding"],
    ["Nomadic", "Notched", "Nutty", "Oaken"], ["Oceanic", "Ochre", "Octagonal", "Onward"],
    ["Onyx", "Opalescent", "Opaline", "Orbiting"], ["Orchid", "Ornate", "Outdoor", "Outlined"],
    ["Overhead", "Paddling", "Painted", "Palatial"], ["Pampered", "Panelled", "Papery", "Parallel"],
    ["Parquet", "Pastel", "Patterned", "Paved"], ["Peaceful", "Peachy", "Peaked", "Pearled"],
    ["Peaty", "Pebbled", "Peppered", "Peppery"], ["Perched", "Perfumed", "Perky", "Petalled"],
    ["Pewter", "Piebald", "Pinewood", "Pinstriped"], ["Pirouetting", "Pitched", "Pixelated", "Placid"],
    ["Plaited", "Planed", "Planetary", "Platinum"], ["Playful", "Pleated", "Plucky", "Plush"],
    ["Polar", "Polished", "Powdered", "Powdery"], ["Prancing", "Prismatic", "Prized", "Puffed"],
    ["Purple", "Purring", "Quaint", "Quaking"], ["Quarried", "Quartz", "Quilted", "Quirky"],
    ["Quivering", "Racing", "Radiant", "Raffia"], ["Rainy", "Rattling", "Refined", "Reflecting"],
    ["Resinous", "Restful", "Reverent", "Revolving"], ["Rhyming", "Rhythmic", "Ribbed", "Ribboned"],
    ["Rigged", "Ringing", "Ripe", "Rippled"], ["Rippling", "Riverine", "Roaming", "Rocking"],
    ["Romping", "Roomy", "Rooted", "Roped"], ["Rotating", "Rounded", "Rousing", "Rumbling"],
    ["Russet", "Rustic", "Rustled", "Rustling"], ["Saffron", "Sailing", "Sapphire", "Sardonyx"],
    ["Sashed", "Sateen", "Satin", "Savoury"], ["Scalloped", "Scattered", "Scenic", "Scented"],
    ["Scrolled", "Scudding", "Sculpted", "Scurrying"], ["Seafaring", "Secluded", "Secret", "Sedate"],
    ["Seeded", "Sepia", "Sequinned", "Serene"], ["Serpentine", "Serrated", "Shadowy", "Shady"],
    ["Shaggy", "Sheepskin", "Sheer", "Sheltered"], ["Shimmering", "Shingled", "Shining", "Shiny"],
    ["Showery", "Shrill", "Shuffling", "Sighing"], ["Silent", "Silken", "Silvery", "Sisal"],
    ["Skating", "Skilful", "Skimming", "Skipping"], ["Skyward", "Slanted", "Slanting", "Sleek"],
    ["Slender", "Sliding", "Smocked", "Smoky"], ["Snapping", "Snazzy", "Snowbound", "Snowcapped"],
    ["Snowy", "Snug", "Soaring", "Sociable"], ["Sombre", "Sonorous", "Soothing", "Spacious"],
    ["Spangled", "Spangly", "Sparkling", "Spartan"], ["Speckled", "Speckly", "Speedy", "Spellbound"],
    ["Spicy", "Spiked", "Spinel", "Spinning"], ["Splashing", "Splendid", "Spongy", "Spooky"],
    ["Sporty", "Sprightly", "Springy", "Sprinkled"], ["Sprouting", "Spun", "Stacked", "Starched"],
    ["Starlit", "Starry", "Stately", "Steamy"], ["Steep", "Stellar", "Stencilled", "Stepped"],
    ["Stippled", "Stirring", "Stitched", "Stony"], ["Storied", "Streaked", "Streaming", "Streamlined"],
    ["Striding", "Striped", "Strolling", "Stucco"], ["Studded", "Sturdy", "Suave", "Subtle"],
    ["Suede", "Sugared", "Sugary", "Summery"], ["Sumptuous", "Sunbaked", "Sunken", "Sunlit"],
    ["Surfing", "Swaying", "Sweeping", "Swerving"], ["Swinging", "Swirling", "Swishing", "Swooping"],
    ["Symmetric", "Syrupy", "Talented", "Tangled"], ["Tapered", "Tapering", "Tapestried", "Tartan"],
    ["Tasselled", "Taupe", "Teak", "Tempered"], ["Terrestrial", "Textured", "Thatched", "Thawing"],
    ["Thistly", "Thorny", "Threaded", "Thriving"], ["Thrumming", "Thundering", "Ticking", "Tidal"],
    ["Tidy", "Tiered", "Tiled", "Timber"], ["Timbered", "Timeless", "Tinselled", "Tinted"],
    ["Tiptoeing", "Toasted", "Toasty", "Toothed"], ["Toothsome", "Topaz", "Topmost", "Torchlit"],
    ["Tousled", "Towering", "Trailing", "Tranquil"], ["Translucent", "Travelling", "Treasured", "Trickling"],
    ["Trilling", "Trimmed", "Tropical", "Trotting"], ["Trundling", "Tufted", "Tumbledown", "Tuneful"],
    ["Tungsten", "Turquoise", "Turreted", "Twiggy"], ["Twilight", "Twilit", "Twinkling", "Twinned"],
    ["Twirly", "Twisting", "Twittering", "Twofold"], ["Ultramarine", "Umber", "Undulating", "Unfurled"],
    ["Unhurried", "Uphill", "Upland", "Valiant"], ["Varied", "Variegated", "Varnished", "Vaulted"],
    ["Velvety", "Venturing", "Verdant", "Verdigris"], ["Vermilion", "Vertical", "Vibrant", "Vintage"],
    ["Viridian", "Vivid", "Volcanic", "Voluminous"], ["Voyaging", "Waggish", "Wainscoted", "Walled"],
    ["Walnut", "Waltzing", "Wandering", "Warbling"], ["Watchful", "Watery", "Wavering", "Wavy"],
    ["Waxen", "Weathered", "Wedged", "Westerly"], ["Wheaten", "Whimsical", "Whirling", "Whispering"],
    ["Whistling", "Whittled", "Windblown", "Winding"], ["Windswept", "Winged", "Winsome", "Wintry"],
    ["Wiry", "Wispy", "Wistful", "Wobbly"], ["Wonderful", "Woolly", "Worsted", "Woven"],
    ["Wrapped", "Wreathed", "Wriggling", "Yielding"], ["Yodelling", "Zealous", "Zephyrous", "Zesty"],
    ["Zigzag", "Zipping", "Zippy", "Zircon"],
];

/// Second words, sorted.
#[rustfmt::skip]
const SECOND: &[[&str; GROUP]] = &[
    ["Aardvark", "Abalone", "Acacia", "Accordion"], ["Acorn", "Aeroplane", "Agave", "Airship"],
    ["Albatross", "Alcove", "Alfalfa", "Almanac"], ["Alpaca", "Amaranth", "Amaryllis", "Ammonite"],
    ["Amphora", "Anaconda", "Anagram", "Anchor"], ["Anemone", "Anteater", "Antelope", "Antler"],
    ["Anvil", "Apricot", "Aquarium", "Aqueduct"], ["Arbutus", "Arcade", "Archipelago", "Archway"],
    ["Armadillo", "Artichoke", "Asparagus", "Asphodel"], ["Asteroid", "Astrolabe", "Atoll", "Attic"],
    ["Aubergine", "Avalanche", "Avocado", "Avocet"], ["Awning", "Axolotl", "Backgammon", "Backpack"],
    ["Bagel", "Bagpipe", "Baguette", "Balalaika"], ["Balcony", "Ballad", "Balloon", "Balsam"],
    ["Balustrade", "Banana", "Bandicoot", "Bandstand"], ["Bangle", "Banjo", "Banyan", "Baobab"],
    ["Barbet", "Baritone", "Barometer", "Barracuda"], ["Baseball", "Bassoon", "Baton", "Bayou"],
    ["Beacon", "Beanbag", "Beanstalk", "Bearskin"], ["Bedrock", "Beechnut", "Beehive", "Beeswax"],
    ["Beetle", "Beetroot", "Begonia", "Bellflower"], ["Bergamot", "Bicycle", "Bilberry", "Billiard"],
    ["Binnacle", "Birchwood", "Birdbath", "Birdcage"], ["Birdhouse", "Biscuit", "Bison", "Bittern"],
    ["Blackberry", "Blackbird", "Blackthorn", "Bluebell"], ["Blueberry", "Bluebird", "Bluegrass", "Bluetit"],
    ["Boardwalk", "Boathouse", "Boatyard", "Bobbin"], ["Bobcat", "Bobsled", "Bobsleigh", "Bolero"],
    ["Bollard", "Bonfire", "Bongo", "Bonsai"], ["Bookcase", "Bookend", "Bookmark", "Bookshelf"],
    ["Bookworm", "Boomerang", "Boulder", "Bouquet"], ["Bracelet", "Brambling", "Breadfruit", "Breadstick"],
    ["Breakwater", "Briar", "Bridle", "Brioche"], ["Brittlestar", "Brocade", "Broccoli", "Brooch"],
    ["Broomstick", "Brownie", "Bubble", "Buckskin"], ["Buckthorn", "Buckwheat", "Budgerigar", "Buffalo"],
    ["Bugle", "Bulrush", "Bumblebee", "Bungalow"], ["Burdock", "Buttercup", "Butterfly", "Butternut"],
    ["Butterwort", "Cabbage", "Cabin", "Cabinet"], ["Cactus", "Cadenza", "Calabash", "Calendar"],
    ["Calendula", "Calliope", "Cameo", "Campfire"], ["Campsite", "Candelabra", "Candle", "Candlestick"],
    ["Candyfloss", "Cannelloni", "Canoe", "Canopy"], ["Cantata", "Canteen", "Canvas", "Capybara"],
    ["Caramel", "Caravan", "Cardamom", "Cardigan"], ["Caribou", "Carnation", "Carnival", "Carousel"],
    ["Carpet", "Carriage", "Carrot", "Cartwheel"], ["Cascade", "Cashew", "Cassava", "Cassowary"],
    ["Castanet", "Catamaran", "Caterpillar", "Catfish"], ["Catkin", "Catmint", "Cauldron", "Cauliflower"],
    ["Cavern", "Cayman", "Cedarwood", "Celandine"], ["Celery", "Cello", "Ceramic", "Chaffinch"],
    ["Chaffweed", "Chalet", "Chalice", "Chameleon"], ["Chamois", "Chamomile", "Chandelier", "Charcoal"],
    ["Chariot", "Chateau", "Cheetah", "Chessboard"], ["Chickadee", "Chickpea", "Chickweed", "Chicory"],
    ["Chiffchaff", "Chimney", "Chipmunk", "Chocolate"], ["Chopstick", "Chorale", "Chowder", "Chrysalis"],
    ["Chutney", "Cicada", "Citadel", "Citronella"], ["Citrus", "Clarinet", "Clavichord", "Clematis"],
    ["Clockwork", "Cloister", "Cloudberry", "Cloudburst"], ["Coachwork", "Cobweb", "Cockatiel", "Cockatoo"],
    ["Cockleshell", "Cocoa", "Coconut", "Cocoon"], ["Cogwheel", "Colonnade", "Columbine", "Comet"],
    ["Compass", "Concertina", "Conch", "Condor"], ["Confetti", "Conifer", "Contrabass", "Cookie"],
    ["Cordial", "Coriander", "Corkscrew", "Cormorant"], ["Cornet", "Cornfield", "Cornflower", "Cornice"],
    ["Cottage", "Cottonwood", "Cougar", "Courgette"], ["Courtyard", "Cowbell", "Cowrie", "Cowslip"],
    ["Coyote", "Crabapple", "Cranberry", "Crayfish"], ["Crayon", "Crescent", "Cricket", "Crinoline"],
    ["Crocus", "Croissant", "Croquet", "Crossbill"], ["Crossbow", "Crosswind", "Crossword", "Crumpet"],
    ["Cuckoo", "Cuckooflower", "Cucumber", "Cupcake"], ["Cupola", "Curlew", "Cushion", "Cutlass"],
    ["Cuttlefish", "Cyclamen", "Cyclone", "Cygnet"], ["Cymbal", "Dachshund", "Daffodil", "Daikon"],
    ["Dalmatian", "Damselfly", "Dandelion", "Daybreak"], ["Daydream", "Daylily", "Decanter", "Delphinium"],
    ["Dewdrop", "Dhow", "Dinghy", "Dingo"], ["Dipper", "Dobro", "Dogfish", "Dogwood"],
    ["Doily", "Doorbell", "Doormat", "Doorstep"], ["Dormouse", "Dotterel", "Doubloon", "Doughnut"],
    ["Dovecote", "Dovetail", "Dragnet", "Dragonfly"], ["Dragonfruit", "Drawbridge", "Driftwood", "Drizzle"],
    ["Dromedary", "Drumroll", "Drumstick", "Duckling"], ["Duckpond", "Duckweed", "Dulcimer", "Dumpling"],
    ["Dune", "Dungaree", "Dunlin", "Dunnock"], ["Dustpan", "Dynamo", "Earring", "Echidna"],
    ["Eclair", "Eclipse", "Edelweiss", "Eggcup"], ["Eggplant", "Eggshell", "Egret", "Eiderdown"],
    ["Elderberry", "Elderflower", "Elephant", "Elkhound"], ["Emblem", "Endive", "Envelope", "Equator"],
    ["Equinox", "Escarpment", "Espresso", "Estuary"], ["Eucalyptus", "Euphonium", "Everglade", "Evergreen"],
    ["Eyebright", "Fairground", "Falafel", "Falconry"], ["Fandango", "Fanfare", "Farmhouse", "Farmyard"],
    ["Featherbed", "Ferret", "Fescue", "Festoon"], ["Feverfew", "Fiddle", "Fiddlehead", "Fieldfare"],
    ["Figurine", "Filbert", "Filigree", "Firebird"], ["Firecrest", "Firefly", "Firelight", "Fireplace"],
    ["Fireside", "Firethorn", "Firework", "Fishbowl"], ["Fishpond", "Fjord", "Flagpole", "Flagship"],
    ["Flagstone", "Flamenco", "Flamingo", "Flapjack"], ["Flatboat", "Flatfish", "Flintstone", "Floodplain"],
    ["Flotilla", "Flounder", "Flowerbed", "Flowerpot"], ["Flugelhorn", "Flute", "Flycatcher", "Flywheel"],
    ["Foghorn", "Foliage", "Folklore", "Fondue"], ["Footbridge", "Footpath", "Footprint", "Footstool"],
    ["Forecourt", "Fortress", "Foxglove", "Foxtail"], ["Frangipani", "Freesia", "Freighter", "Frigate"],
    ["Fritillary", "Frogspawn", "Frond", "Fuchsia"], ["Fulmar", "Funnel", "Galaxy", "Galleon"],
    ["Gamelan", "Gangway", "Gannet", "Gardenia"], ["Gargoyle", "Garlic", "Gasworks", "Gatepost"],
    ["Gateway", "Gauntlet", "Gazebo", "Gazelle"], ["Gazpacho", "Gearwheel", "Gecko", "Gemstone"],
    ["Gentian", "Geranium", "Gerbera", "Gerbil"], ["Geyser", "Gherkin", "Gingerbread", "Gingham"],
    ["Ginkgo", "Giraffe", "Glacier", "Gladiolus"], ["Glassware", "Glasswing", "Glider", "Glissando"],
    ["Globeflower", "Glockenspiel", "Gnocchi", "Goblet"], ["Goldcrest", "Goldeneye", "Goldenrod", "Goldfinch"],
    ["Goldfish", "Gondola", "Goosander", "Gooseberry"], ["Gooseneck", "Gopher", "Gorse", "Goshawk"],
    ["Gosling", "Goulash", "Gramophone", "Granary"], ["Granola", "Grapefruit", "Grapevine", "Grasshopper"],
    ["Grassland", "Grebe", "Greenfinch", "Greenshank"], ["Greyhound", "Grotto", "Groundnut", "Groundsel"],
    ["Grouper", "Grouse", "Guanaco", "Guava"], ["Guillemot", "Guinea", "Guitar", "Gulch"],
    ["Gull", "Guppy", "Gyroscope", "Hailstone"], ["Hairpin", "Halibut", "Hamster", "Handbell"],
    ["Handcart", "Handkerchief", "Handlebar", "Hangar"], ["Harebell", "Harmonica", "Harmonium", "Harpsichord"],
    ["Harrier", "Harvest", "Hatchet", "Hawfinch"], ["Hawkmoth", "Hawkweed", "Hayloft", "Hayrick"],
    ["Haystack", "Hazelnut", "Headlamp", "Headland"], ["Hearth", "Hearthrug", "Hedgehog", "Hedgerow"],
    ["Heirloom", "Helicopter", "Heliotrope", "Hellebore"], ["Helmet", "Hemisphere", "Hemlock", "Hermitage"],
    ["Hexagon", "Hibiscus", "Hickory", "Hillfort"], ["Hillside", "Hilltop", "Hoarfrost", "Hobbyhorse"],
    ["Hogweed", "Hollyhock", "Homestead", "Honeybee"], ["Honeycomb", "Honeydew", "Honeypot", "Honeysuckle"],
    ["Hoopoe", "Hopscotch", "Horizon", "Hornbeam"], ["Hornpipe", "Horseradish", "Horseshoe", "Hotplate"],
    ["Hourglass", "Houseboat", "Houseplant", "Hovercraft"], ["Hummingbird", "Hydrangea", "Ibex", "Iceberg"],
    ["Icecap", "Icefield", "Icicle", "Igloo"], ["Iguana", "Impala", "Inglenook", "Inkpot"],
    ["Inkwell", "Inlet", "Ironwood", "Isthmus"], ["Jabiru", "Jacaranda", "Jackal", "Jackdaw"],
    ["Jackfruit", "Jackpot", "Jaguar", "Jamboree"], ["Javelin", "Jellybean", "Jellyfish", "Jetty"],
    ["Jigsaw", "Jodhpur", "Jonquil", "Jubilee"], ["Jukebox", "Jungle", "Juniper", "Kaleidoscope"],
    ["Kangaroo", "Kayak", "Kazoo", "Kedgeree"], ["Kelp", "Kennel", "Kerchief", "Kestrel"],
    ["Kettledrum", "Keyboard", "Keyhole", "Keystone"], ["Kimono", "Kindling", "Kingfisher", "Kiosk"],
    ["Kittiwake", "Kiwi", "Knapsack", "Knapweed"], ["Knitwear", "Koala", "Kookaburra", "Kumquat"],
    ["Labyrinth", "Lacewing", "Ladle", "Ladybird"], ["Lagoon", "Lakeside", "Lambswool", "Lamppost"],
    ["Lampshade", "Landscape", "Lantern", "Lapwing"], ["Larch", "Larder", "Larkspur", "Lasagne"],
    ["Lattice", "Lawnmower", "Leapfrog", "Legume"], ["Lemonade", "Lemongrass", "Lemur", "Lentil"],
    ["Lettuce", "Lichen", "Lifeboat", "Lighthouse"], ["Lightship", "Lilypad", "Lime", "Limousine"],
    ["Limpet", "Linnet", "Linoleum", "Lioness"], ["Lionfish", "Liquorice", "Lizard", "Llama"],
    ["Lobelia", "Lobster", "Locket", "Locomotive"], ["Loganberry", "Loggia", "Lollipop", "Longboat"],
    ["Longbow", "Longhouse", "Longship", "Loofah"], ["Loom", "Lorry", "Lotus", "Lovage"],
    ["Lovebird", "Lucerne", "Lugger", "Lullaby"], ["Lungfish", "Lupin", "Lynx", "Lyre"],
    ["Lyrebird", "Macadamia", "Macaroni", "Macaroon"], ["Macaw", "Mackerel", "Magpie", "Mainsail"],
    ["Manatee", "Mandarin", "Mandolin", "Mangrove"], ["Mantelpiece", "Maraca", "Marigold", "Marimba"],
    ["Marjoram", "Marketplace", "Marmalade", "Marmoset"], ["Marmot", "Marquee", "Marquetry", "Marshland"],
    ["Marshmallow", "Marzipan", "Mastiff", "Matchbox"], ["Mayfly", "Mazurka", "Meadowlark", "Meadowsweet"],
    ["Medallion", "Meerkat", "Melon", "Menagerie"], ["Merganser", "Meringue", "Meteor", "Metronome"],
    ["Midsummer", "Milestone", "Milkshake", "Milkweed"], ["Millpond", "Millwheel", "Mimosa", "Minaret"],
    ["Minnow", "Minuet", "Mistletoe", "Moat"], ["Moccasin", "Mockingbird", "Molehill", "Mollusc"],
    ["Mongoose", "Monolith", "Monorail", "Monsoon"], ["Moonbeam", "Moonflower", "Moonlight", "Moonrise"],
    ["Moonstone", "Moorhen", "Moorland", "Moraine"], ["Mosaic", "Moth", "Motif", "Motorboat"],
    ["Motorcycle", "Mudflat", "Mudlark", "Mullein"], ["Muntjac", "Mural", "Mushroom", "Muslin"],
    ["Mussel", "Napkin", "Narwhal", "Nasturtium"], ["Nautilus", "Nebula", "Necklace", "Nectarine"],
    ["Needlework", "Nettle", "Newsreel", "Nightfall"], ["Nightjar", "Nimbus", "Noodle", "Nosegay"],
    ["Nugget", "Nutcracker", "Nuthatch", "Nutmeg"], ["Nutshell", "Oarfish", "Oasis", "Oatcake"],
    ["Oatmeal", "Obelisk", "Oboe", "Observatory"], ["Obsidian", "Ocarina", "Ocean", "Ocelot"],
    ["Octagon", "Octopus", "Odyssey", "Okapi"], ["Oleander", "Omelette", "Orangeade", "Orangery"],
    ["Orangutan", "Oratorio", "Orbit", "Oregano"], ["Organza", "Origami", "Oriole", "Osprey"],
    ["Ostrich", "Ottoman", "Outcrop", "Outpost"], ["Ouzel", "Oval", "Overture", "Owlet"],
    ["Oxbow", "Oxeye", "Oxlip", "Oyster"], ["Oystercatcher", "Paddleboat", "Paella", "Pagoda"],
    ["Paintbrush", "Pakora", "Palette", "Palmetto"], ["Pampas", "Panda", "Pangolin", "Pannier"],
    ["Panpipe", "Papaya", "Paperback", "Paperclip"], ["Paperweight", "Paprika", "Papyrus", "Parachute"],
    ["Paragraph", "Parakeet", "Parapet", "Parchment"], ["Parsnip", "Passionfruit", "Pasture", "Patchouli"],
    ["Patchwork", "Patio", "Pavilion", "Pecan"], ["Pedestal", "Pelican", "Pendulum", "Penguin"],
    ["Peninsula", "Penknife", "Pennant", "Pennyroyal"], ["Pennywort", "Pentagon", "Peony", "Peppercorn"],
    ["Peppermint", "Peregrine", "Periscope", "Periwinkle"], ["Persimmon", "Petal", "Petrel", "Petunia"],
    ["Pheasant", "Picnic", "Pilchard", "Pimento"], ["Pimpernel", "Pinafore", "Pineapple", "Pinecone"],
    ["Pinwheel", "Pipit", "Pirouette", "Pixel"], ["Pizza", "Placard", "Plaice", "Plankton"],
    ["Platypus", "Pleat", "Plimsoll", "Plume"], ["Plywood", "Pochard", "Podium", "Polecat"],
    ["Polenta", "Pollen", "Polyanthus", "Pomegranate"], ["Pontoon", "Popcorn", "Poppyhead", "Porcelain"],
    ["Porcupine", "Porpoise", "Porridge", "Porthole"], ["Portico", "Portrait", "Postbox", "Postcard"],
    ["Potpourri", "Pottery", "Prairie", "Prawn"], ["Precipice", "Prelude", "Pretzel", "Prism"],
    ["Promenade", "Propeller", "Ptarmigan", "Pudding"], ["Puddle", "Puffin", "Pumice", "Puppet"],
    ["Purslane", "Puzzle", "Pyramid", "Quadrant"], ["Quadrille", "Quagga", "Quarry", "Quarterdeck"],
    ["Quartet", "Quaver", "Quayside", "Quicksilver"], ["Quilt", "Quince", "Quokka", "Rabbit"],
    ["Raccoon", "Racecourse", "Racket", "Raft"], ["Ragwort", "Rainbird", "Rainbow", "Raincloud"],
    ["Raincoat", "Raindrop", "Rainforest", "Raisin"], ["Rambutan", "Rampart", "Ranch", "Rapeseed"],
    ["Rapids", "Raspberry", "Ravine", "Ravioli"], ["Razorbill", "Redshank", "Redstart", "Redwing"],
    ["Reedbed", "Reedling", "Reef", "Regatta"], ["Reindeer", "Rhapsody", "Rhinoceros", "Rhododendron"],
    ["Rhubarb", "Rhyme", "Ribbon", "Ringdove"], ["Ringlet", "Risotto", "Riverbank", "Riverboat"],
    ["Riverside", "Rivulet", "Roadrunner", "Roadster"], ["Rockery", "Rockpool", "Rockrose", "Rondo"],
    ["Rooftop", "Rooster", "Rootlet", "Ropewalk"], ["Rotifer", "Rotorcraft", "Roulade", "Roundabout"],
    ["Rowboat", "Rucksack", "Rumba", "Runway"], ["Saddle", "Sailboat", "Sailcloth", "Sailfish"],
    ["Salamander", "Saltbush", "Saltmarsh", "Samba"], ["Sampan", "Sandalwood", "Sandbank", "Sandbar"],
    ["Sandbox", "Sandcastle", "Sanderling", "Sandgrouse"], ["Sandhill", "Sandlark", "Sandpiper", "Sandstone"],
    ["Sandstorm", "Sandwich", "Sardine", "Sarong"], ["Sassafras", "Satchel", "Satellite", "Satsuma"],
    ["Saucepan", "Saucer", "Sawfly", "Saxifrage"], ["Saxophone", "Scaffold", "Scallop", "Scarecrow"],
    ["Schooner", "Scone", "Scooter", "Scoreboard"], ["Screwdriver", "Scroll", "Sculpture", "Seabird"],
    ["Seafront", "Seagrass", "Seagull", "Seahorse"], ["Seaplane", "Seashell", "Seashore", "Seaside"],
    ["Seaweed", "Sedge", "Seesaw", "Semaphore"], ["Semolina", "Sequoia", "Serenade", "Sesame"],
    ["Sextant", "Shallot", "Shamrock", "Shearwater"], ["Sheepdog", "Shelduck", "Shellfish", "Sherbet"],
    ["Shipyard", "Shoehorn", "Shoelace", "Shoreline"], ["Shortbread", "Shortcake", "Shrew", "Shrike"],
    ["Shrub", "Shuttlecock", "Sideboard", "Signpost"], ["Silhouette", "Silkworm", "Silverware", "Siskin"],
    ["Skateboard", "Skein", "Skipjack", "Skittle"], ["Skylark", "Skylight", "Skyline", "Skyrocket"],
    ["Skyscraper", "Slalom", "Sleigh", "Slipstream"], ["Smokestack", "Smoothie", "Snapdragon", "Snorkel"],
    ["Snowberry", "Snowboard", "Snowcap", "Snowdrift"], ["Snowdrop", "Snowfall", "Snowfield", "Snowflake"],
    ["Snowman", "Snowshoe", "Snowstorm", "Soapstone"], ["Soapwort", "Sombrero", "Songbird", "Songbook"],
    ["Sonnet", "Sorbet", "Sorrel", "Souffle"], ["Soybean", "Spaceship", "Spaghetti", "Spaniel"],
    ["Sparkler", "Sparrowhawk", "Spearmint", "Spectrum"], ["Speedwell", "Sphagnum", "Spinach", "Spindle"],
    ["Spindrift", "Spinnaker", "Spire", "Spleenwort"], ["Spoonbill", "Spoonful", "Spotlight", "Springboard"],
    ["Springtime", "Sprocket", "Sprout", "Spruce"], ["Spyglass", "Squid", "Squirrel", "Stalactite"],
    ["Stalagmite", "Stanza", "Starburst", "Stardust"], ["Starfish", "Starflower", "Starfruit", "Stargazer"],
    ["Starlight", "Steamboat", "Steamroller", "Steeple"], ["Stencil", "Stepladder", "Stickleback", "Stingray"],
    ["Stitchwort", "Stoat", "Stonechat", "Stonecrop"], ["Stoneware", "Stonework", "Storybook", "Stove"],
    ["Strawberry", "Streamer", "Streamlet", "Streetcar"], ["Strudel", "Submarine", "Sugarbeet", "Sugarcane"],
    ["Suitcase", "Summit", "Sunbeam", "Sunbird"], ["Sunburst", "Sundew", "Sundial", "Sundown"],
    ["Sunfish", "Sunflower", "Sunlight", "Sunrise"], ["Sunset", "Sunshade", "Surfboard", "Swallowtail"],
    ["Sweetcorn", "Sweetpea", "Swordfish", "Sycamore"], ["Symphony", "Tabby", "Tablecloth", "Tableware"],
    ["Tadpole", "Taffeta", "Taffrail", "Talisman"], ["Tamarin", "Tamarisk", "Tambourine", "Tandem"],
    ["Tangerine", "Tango", "Tansy", "Tapestry"], ["Tapioca", "Tapir", "Taproot", "Tarantella"],
    ["Tarragon", "Tassel", "Teacake", "Teacup"], ["Teahouse", "Teapot", "Teardrop", "Teasel"],
    ["Teaspoon", "Teatime", "Telescope", "Tempura"], ["Tenpin", "Tern", "Terrace", "Terracotta"],
    ["Terrapin", "Terrarium", "Terrier", "Thicket"], ["Thimble", "Thistledown", "Threshold", "Thunder"],
    ["Thunderbolt", "Thundercloud", "Tidepool", "Timepiece"], ["Timpani", "Tinderbox", "Tinsel", "Toadflax"],
    ["Toadstool", "Toboggan", "Toffee", "Tomato"], ["Tombola", "Topiary", "Topknot", "Topsail"],
    ["Tortilla", "Tortoise", "Toucan", "Towpath"], ["Toyshop", "Tractor", "Trampoline", "Trapeze"],
    ["Treacle", "Treecreeper", "Treehouse", "Treetop"], ["Trefoil", "Trellis", "Triangle", "Tributary"],
    ["Tricycle", "Trident", "Trilobite", "Trinket"], ["Trombone", "Tropic", "Trowel", "Truffle"],
    ["Tuba", "Tugboat", "Tulip", "Tulle"], ["Tundra", "Turban", "Turbine", "Turbot"],
    ["Turmeric", "Turnip", "Turnstile", "Turnstone"], ["Turret", "Turtle", "Typewriter", "Typhoon"],
    ["Ukulele", "Undergrowth", "Underpass", "Unicorn"], ["Unicycle", "Upstream", "Valerian", "Vanilla"],
    ["Veranda", "Verbena", "Vermicelli", "Viaduct"], ["Viburnum", "Vinegar", "Violin", "Volcano"],
    ["Vole", "Volleyball", "Waffle", "Wagon"], ["Wagtail", "Waistcoat", "Wallaby", "Wallflower"],
    ["Wallpaper", "Walrus", "Warbler", "Wardrobe"], ["Washboard", "Waterbuck", "Watercolour", "Watercress"],
    ["Waterfall", "Waterfowl", "Waterhole", "Waterlily"], ["Watermelon", "Watermill", "Watershed", "Waterside"],
    ["Waterspout", "Waterway", "Waterwheel", "Wattle"], ["Wavelet", "Waxbill", "Waxwing", "Weathercock"],
    ["Weathervane", "Wharf", "Wheatear", "Wheatfield"], ["Wheelbarrow", "Wheelhouse", "Whelk", "Whimbrel"],
    ["Whinchat", "Whippet", "Whirlpool", "Whirlwind"], ["Whisk", "Whistle", "Whitebeam", "Whitethroat"],
    ["Wicket", "Wigeon", "Wigwam", "Wildebeest"], ["Wildflower", "Willowherb", "Windbreak", "Windchime"],
    ["Windmill", "Windowsill", "Windsock", "Windstorm"], ["Wingspan", "Wintergreen", "Wisteria", "Wolfhound"],
    ["Wolverine", "Wombat", "Woodbine", "Woodchuck"], ["Woodcut", "Woodlark", "Woodpecker", "Woodpile"],
    ["Woodshed", "Woodwind", "Woodwork", "Workbench"], ["Workshop", "Wormwood", "Wreath", "Wristband"],
    ["Wryneck", "Xylophone", "Yacht", "Yardarm"], ["Yarrow", "Yellowhammer", "Yodel", "Yoghurt"],
    ["Yucca", "Yurt", "Zephyr", "Zeppelin"], ["Zinnia", "Zither", "Zodiac", "Zucchini"],
];

/// Where in a pseudonym a word stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(in crate::redact) enum Place {
    /// The first of the two.
    First,
    /// The second.
    Second,
}

impl Place {
    /// Both.
    pub(in crate::redact) const ALL: [Place; 2] = [Place::First, Place::Second];

    /// How many groups it has.
    pub(super) const fn groups(self) -> usize {
        self.words().len()
    }

    const fn words(self) -> &'static [[&'static str; GROUP]] {
        match self {
            Place::First => FIRST,
            Place::Second => SECOND,
        }
    }
}

/// One of the words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(in crate::redact) struct Word {
    /// Where it stands.
    pub(in crate::redact) place: Place,
    /// Its group.
    pub(in crate::redact) group: usize,
    /// Which of the group.
    pub(in crate::redact) member: usize,
}

impl Word {
    const fn nth(place: Place, n: usize) -> Self {
        Word { place, group: n / GROUP, member: n % GROUP }
    }

    /// The word of this place that is written so.
    pub(in crate::redact) fn find(place: Place, written: &str) -> Option<Self> {
        place.words().as_flattened().binary_search(&written).ok().map(|n| Word::nth(place, n))
    }

    /// Every word of a place.
    pub(in crate::redact) fn all(place: Place) -> impl Iterator<Item = (Self, &'static str)> {
        let words = place.words().as_flattened().iter().copied();
        words.enumerate().map(move |(n, text)| (Word::nth(place, n), text))
    }

    /// As it is written.
    pub(in crate::redact) fn text(self) -> &'static str {
        self.place.words().get(self.group).and_then(|group| group.get(self.member)).copied().unwrap_or_default()
    }
}

/// The pair that a keyed hash chooses among those of a grant.
pub(super) fn pair(hash: &[u8; 32], mark: &Mark) -> (&'static str, &'static str) {
    let [a, b, c, d, e, f, g, h, ..] = *hash;
    let word = |place, n| choose(place, n, mark).text();
    (word(Place::First, u32::from_be_bytes([a, b, c, d])), word(Place::Second, u32::from_be_bytes([e, f, g, h])))
}

/// Whether two words are one of our pairs.
pub(super) fn is_pair(first: &str, second: &str) -> bool {
    Word::find(Place::First, first).is_some() && Word::find(Place::Second, second).is_some()
}

fn choose(place: Place, n: u32, mark: &Mark) -> Word {
    let group = n as usize % place.groups().max(1);
    Word { place, group, member: mark.member(place, group) }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::super::tests::keys;
    use super::*;

    fn words() -> impl Iterator<Item = &'static str> {
        Place::ALL.into_iter().flat_map(Word::all).map(|(_, text)| text)
    }

    #[test]
    fn words_are_sorted_and_found_where_they_stand() {
        for place in Place::ALL {
            assert!(place.words().as_flattened().windows(2).all(|w| w[0] < w[1]));
            for (word, text) in Word::all(place) {
                assert_eq!((Word::find(place, text), word.text()), (Some(word), text));
            }
        }
        assert_eq!(words().collect::<BTreeSet<_>>().len(), words().count(), "no word is both");
        assert!(words().all(|w| (3..=13).contains(&w.len()) && w.bytes().all(|b| b.is_ascii_alphabetic())));
    }

    #[test]
    fn no_word_is_a_name_that_we_know() {
        let lists = crate::redact::detect::gazetteer::shipped();
        let named = |w: &&str| lists.is_forename(&w.to_lowercase()) || lists.is_surname(&w.to_lowercase());
        let names: Vec<&str> = words().filter(named).collect();
        assert!(names.is_empty(), "{names:?}");
    }

    #[test]
    fn a_letter_misread_never_makes_another_word_of_it() {
        let all: Vec<String> = words().map(str::to_lowercase).collect();
        for (n, a) in all.iter().enumerate() {
            let close: Vec<&String> = all[..n].iter().filter(|b| crate::redact::trace::is_near(a, b)).collect();
            assert!(close.is_empty(), "{a}: {close:?}");
        }
    }

    #[test]
    fn a_grant_has_as_many_pairs_as_ever() {
        // Before grants were marked, every grant had all of 217 first and 300 second words.
        assert!(FIRST.len() * SECOND.len() >= 217 * 300, "{} x {}", FIRST.len(), SECOND.len());
        // Measured as well: persons of one grant that share a pair, against what chance makes of so many pairs.
        let (mark, key) = (Mark::of(&keys("g1")), keys("g1").purpose("pseudonym"));
        let people = 2000u32;
        let pairs: BTreeSet<_> = (0..people).map(|n| pair(&key.hash("name", &[&n.to_be_bytes()]), &mark)).collect();
        let shared = people as usize - pairs.len();
        assert!(shared <= 60, "{shared} of 2000 share theirs; 30.7 did by chance before");
    }
}
