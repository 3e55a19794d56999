//! The words that pseudonyms are made of. None is a forename or a surname that we know (a test compares the lists).

/// First words, sorted.
#[rustfmt::skip]
const FIRST: &[&str] = &[
    "Airy", "Ashen", "Auburn", "Balmy", "Bamboo", "Basalt", "Billowy", "Blazing", "Blossoming", "Bluish", "Boreal",
    "Bouncy", "Brazen", "Breezy", "Brindled", "Bronzed", "Bubbling", "Burnished", "Candid", "Carved", "Cedarn",
    "Cerulean", "Chalky", "Chequered", "Chilly", "Chiming", "Chirpy", "Cinnabar", "Citrine", "Cloudy", "Cobalt",
    "Coiled", "Coppery", "Cosmic", "Cosy", "Cottony", "Creamy", "Crimson", "Crinkled", "Curly", "Curved", "Cyan",
    "Dancing", "Dappled", "Dazzling", "Dewy", "Dimpled", "Distant", "Downy", "Drifting", "Dusky", "Earthen",
    "Embroidered", "Etched", "Evening", "Fallow", "Feathery", "Fiery", "Flecked", "Fleecy", "Flinty", "Floral",
    "Flowing", "Fluffy", "Foggy", "Freckled", "Frosty", "Fuzzy", "Gilded", "Glassy", "Gleaming", "Glimmering",
    "Glossy", "Glowing", "Granite", "Grassy", "Gravelly", "Grooved", "Hazy", "Hidden", "Honeyed", "Humming", "Indigo",
    "Inky", "Iron", "Jagged", "Kindly", "Knitted", "Lacquered", "Lapis", "Leaping", "Lilac", "Lilting", "Limestone",
    "Lofty", "Luminous", "Lunar", "Magenta", "Mahogany", "Marbled", "Mauve", "Meandering", "Mellow", "Milky", "Minty",
    "Mossy", "Mottled", "Muddy", "Narrow", "Nimble", "Nutty", "Oaken", "Ochre", "Onyx", "Orchid", "Painted", "Pale",
    "Papery", "Pastel", "Patterned", "Peachy", "Pebbled", "Peppery", "Pewter", "Placid", "Plaid",
    "Plaited", "Pleated", "Plucky", "Polished", "Purple", "Quartz", "Quiet", "Quilted", "Radiant", "Rainy", "Ribbed",
    "Ripe", "Rippled", "Roaming", "Rounded", "Rumbling", "Russet", "Rustic", "Rustling", "Saffron", "Salty",
    "Sapphire", "Scalloped", "Sculpted", "Sepia", "Shady", "Shaggy", "Shallow", "Shimmering", "Shining", "Silken",
    "Silvery", "Skating", "Sleepy", "Slender", "Smoky", "Smooth", "Snowy", "Soft", "Spangled", "Sparkling",
    "Speckled", "Spicy", "Spinning", "Spiral", "Spotted", "Starry", "Steady", "Stony", "Streaming", "Striped",
    "Swirling", "Tangled", "Tartan", "Tender", "Thorny", "Tidal", "Tiled", "Timber", "Tinted", "Topaz", "Tranquil",
    "Trickling", "Turquoise", "Twilight", "Twinkling", "Twirling", "Umber", "Upland", "Veined", "Verdant",
    "Vermilion", "Vibrant", "Walnut", "Wandering", "Watery", "Wavy", "Waxen", "Weathered", "Wheaten", "Whirling",
    "Whispering", "Willowy", "Winged", "Wintry", "Woolly", "Woven", "Yellow", "Zesty", "Zigzag", "Zinc",
];

/// Second words, sorted.
#[rustfmt::skip]
const SECOND: &[&str] = &[
    "Accordion", "Albatross", "Anchor", "Anemone", "Antelope", "Apricot", "Arbutus", "Armadillo", "Asphodel",
    "Avocet", "Bagpipe", "Balsam", "Banjo", "Barbet", "Barometer", "Bassoon", "Beacon", "Beetle", "Begonia", "Bison",
    "Bittern", "Blackbird", "Bluebell", "Bluebird", "Bluetit", "Bobcat", "Bonfire", "Boulder", "Brambling", "Bulrush",
    "Buttercup", "Butterfly", "Cactus", "Caribou", "Cascade", "Catkin", "Cello", "Chaffinch", "Chamois", "Cheetah",
    "Chickadee", "Chicory", "Chiffchaff", "Cicada", "Clarinet", "Cockatoo", "Columbine", "Comet", "Compass", "Condor",
    "Coriander", "Cormorant", "Cornflower", "Cowslip", "Cricket", "Crocus", "Cuckoo", "Curlew", "Cuttlefish",
    "Cygnet", "Cypress", "Daffodil", "Dandelion", "Dingo", "Dormouse", "Dotterel", "Dragonfly", "Dragonfruit",
    "Driftwood", "Dulcimer", "Dunlin", "Dunnock", "Egret", "Elderberry", "Estuary", "Euphonium", "Eyebright",
    "Ferret", "Feverfew", "Fieldfare", "Firefly", "Fjord", "Flamingo", "Flute", "Foxglove", "Freesia", "Fulmar",
    "Gannet", "Gardenia", "Gazelle", "Gecko", "Gentian", "Geranium", "Geyser", "Giraffe", "Glacier", "Goldfinch",
    "Goosander", "Gooseberry", "Gorse", "Goshawk", "Gosling", "Grapevine", "Grebe", "Greenfinch", "Greenshank",
    "Grouse", "Guillemot", "Gull", "Halibut", "Hamster", "Harebell", "Harrier", "Hawfinch", "Hedgehog", "Hellebore",
    "Hemlock", "Hibiscus", "Honeysuckle", "Hoopoe", "Hornbeam", "Hummingbird", "Hydrangea", "Ibex", "Iceberg",
    "Iguana", "Impala", "Jackal", "Jackdaw", "Jaguar", "Jellyfish", "Juniper", "Kangaroo", "Kestrel", "Kingfisher",
    "Kittiwake", "Kiwi", "Koala", "Kookaburra", "Ladybird", "Lagoon", "Lantern", "Lapwing", "Larch", "Larkspur",
    "Lemur", "Lichen", "Limpet", "Linnet", "Lizard", "Llama", "Lobelia", "Lobster", "Lotus", "Lupin", "Lynx", "Macaw",
    "Magpie", "Mandolin", "Marigold", "Marmot", "Maypole", "Meerkat", "Meteor", "Mimosa", "Mistletoe", "Mollusc",
    "Mongoose", "Moorhen", "Moth", "Mushroom", "Narwhal", "Nebula", "Nectarine", "Nettle", "Nightjar", "Nuthatch",
    "Oboe", "Ocelot", "Orbit", "Oriole", "Osprey", "Ouzel", "Oxlip", "Oyster", "Oystercatcher", "Panda", "Parakeet",
    "Parsnip", "Pebble", "Pelican", "Penguin", "Peony", "Peregrine", "Petunia", "Pheasant", "Pimpernel", "Pineapple",
    "Pinecone", "Pipit", "Plankton", "Platypus", "Pochard", "Polecat", "Pomegranate", "Poppyhead", "Porcupine",
    "Porpoise", "Prism", "Puffin", "Quince", "Rabbit", "Raccoon", "Rainbow", "Rapids", "Raspberry", "Razorbill",
    "Redshank", "Redstart", "Redwing", "Reindeer", "Rhododendron", "Ringlet", "Rivulet", "Rosebay", "Sailboat",
    "Salamander", "Samphire", "Sandgrouse", "Sandpiper", "Saxifrage", "Seahorse", "Seashell", "Sequoia", "Shelduck",
    "Shrew", "Shrike", "Siskin", "Skylark", "Snapdragon", "Snowdrop", "Sorrel", "Sparrowhawk", "Speedwell",
    "Spinnaker", "Spoonbill", "Spruce", "Squirrel", "Starfish", "Stargazer", "Stickleback", "Stoat", "Stonechat",
    "Sugarcane", "Sunflower", "Sycamore", "Tamarisk", "Tangerine", "Tapir", "Teasel", "Telescope", "Tern", "Thicket",
    "Toadflax", "Toadstool", "Tortoise", "Toucan", "Treecreeper", "Trombone", "Tulip", "Turmeric", "Turnstone",
    "Turtle", "Valerian", "Viburnum", "Vole", "Wagtail", "Walrus", "Warbler", "Waterfall", "Waterlily", "Waxwing",
    "Weasel", "Whimbrel", "Whinchat", "Whirlpool", "Wigeon", "Windmill", "Wisteria", "Wolverine", "Wombat",
    "Woodlark", "Woodpecker", "Xylophone", "Yarrow", "Yellowhammer", "Zebra", "Zephyr", "Zinnia", "Zither",
];

/// The pair that a keyed hash chooses.
pub(super) fn pair(hash: &[u8; 32]) -> (&'static str, &'static str) {
    let [a, b, c, d, e, f, g, h, ..] = *hash;
    (choose(FIRST, u32::from_be_bytes([a, b, c, d])), choose(SECOND, u32::from_be_bytes([e, f, g, h])))
}

/// Whether two words are one of our pairs.
pub(super) fn is_pair(first: &str, second: &str) -> bool {
    FIRST.binary_search(&first).is_ok() && SECOND.binary_search(&second).is_ok()
}

fn choose(words: &[&'static str], n: u32) -> &'static str {
    words.get(n as usize % words.len().max(1)).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_sorted_and_distinct() {
        for words in [FIRST, SECOND] {
            assert!(words.windows(2).all(|w| w[0] < w[1]));
            assert!(words.len() > 180);
        }
    }

    #[test]
    fn no_word_is_a_name_that_we_know() {
        let lists = crate::redact::detect::gazetteer::shipped();
        let names: Vec<&&str> = FIRST
            .iter()
            .chain(SECOND)
            .filter(|w| lists.is_forename(&w.to_lowercase()) || lists.is_surname(&w.to_lowercase()))
            .collect();
        assert!(names.is_empty(), "{names:?}");
    }
}
