//! The words that pseudonyms are made of. None is a forename or a surname that we know (a test compares the lists).

/// First words, sorted.
#[rustfmt::skip]
const FIRST: &[&str] = &[
    "Amber", "Ashen", "Auburn", "Azure", "Bamboo", "Basalt", "Beryl", "Blazing", "Bluish", "Boreal", "Brazen",
    "Breezy", "Brindled", "Bronzed", "Burnished", "Calico", "Candid", "Cedarn", "Cerulean", "Chalky", "Chequered",
    "Chestnut", "Chilly", "Cinnabar", "Citrine", "Clear", "Cloudy", "Cobalt", "Coppery", "Coral", "Cosmic", "Cottony",
    "Creamy", "Crimson", "Crisp", "Crystal", "Curly", "Cyan", "Dappled", "Deep", "Dewy", "Dimpled", "Distant",
    "Downy", "Dusky", "Dusty", "Earthen", "Ebony", "Emerald", "Evening", "Fallow", "Feathery", "Fiery", "Fleecy",
    "Flinty", "Floral", "Foggy", "Forest", "Frosty", "Furry", "Gentle", "Gilded", "Glassy", "Gleaming", "Glossy",
    "Golden", "Granite", "Grassy", "Gravelly", "Hazy", "Hidden", "Hollow", "Honeyed", "Humming", "Icy", "Indigo",
    "Inky", "Iron", "Ivory", "Jade", "Jagged", "Jolly", "Kindly", "Lacquered", "Lapis", "Leafy", "Lemon", "Lilac",
    "Limestone", "Lively", "Lofty", "Lucid", "Lunar", "Magenta", "Mahogany", "Marbled", "Maroon", "Mauve", "Mellow",
    "Merry", "Milky", "Minty", "Misty", "Mossy", "Mottled", "Muddy", "Mulberry", "Narrow", "Nimble", "Northern",
    "Oaken", "Ochre", "Olive", "Onyx", "Opal", "Orange", "Orchid", "Painted", "Pale", "Papery", "Pastel", "Patient",
    "Peachy", "Pearly", "Pebbled", "Peppery", "Pewter", "Placid", "Plain", "Pleated", "Plucky", "Polished", "Purple",
    "Quartz", "Quick", "Quiet", "Radiant", "Rainy", "Ribbed", "Ripe", "Rippled", "Roaming", "Rocky", "Rosy", "Round",
    "Ruddy", "Russet", "Rustic", "Saffron", "Salmon", "Salty", "Sandy", "Sapphire", "Scarlet", "Sepia", "Shady",
    "Shaggy", "Shallow", "Shining", "Silken", "Silvery", "Sleepy", "Slender", "Smoky", "Smooth", "Snowy", "Soft",
    "Solar", "Southern", "Spangled", "Speckled", "Spicy", "Spiral", "Spotted", "Starry", "Steady", "Steely", "Stony",
    "Stormy", "Striped", "Sunny", "Supple", "Swift", "Tawny", "Teal", "Tender", "Thorny", "Tidal", "Timber", "Topaz",
    "Tranquil", "Trusty", "Turquoise", "Twilight", "Umber", "Upland", "Urban", "Velvet", "Verdant", "Vermilion",
    "Vibrant", "Violet", "Walnut", "Wandering", "Watery", "Waxen", "Wheaten", "Whispering", "Willowy", "Windy",
    "Winged", "Wintry", "Woody", "Woolly", "Yellow", "Zesty", "Zinc",
];

/// Second words, sorted.
#[rustfmt::skip]
const SECOND: &[&str] = &[
    "Albatross", "Anchor", "Anemone", "Antelope", "Apricot", "Arbutus", "Armadillo", "Aspen", "Asphodel", "Aurora",
    "Avocet", "Azalea", "Badger", "Balsam", "Banjo", "Barbet", "Barley", "Basil", "Beacon", "Beaver", "Beech",
    "Beetle", "Begonia", "Bison", "Bittern", "Blackbird", "Bluebell", "Bluetit", "Bobcat", "Bonfire", "Boulder",
    "Bracken", "Bramble", "Brook", "Bulrush", "Bunting", "Buttercup", "Butterfly", "Buzzard", "Cactus", "Camellia",
    "Campion", "Canary", "Canyon", "Caribou", "Cascade", "Catkin", "Cello", "Chaffinch", "Chamois", "Cheetah",
    "Chickadee", "Chicory", "Chiffchaff", "Chinchilla", "Cicada", "Clarinet", "Cliff", "Clover", "Columbine", "Comet",
    "Compass", "Condor", "Cormorant", "Cornflower", "Cowslip", "Crane", "Cricket", "Crocus", "Cuckoo", "Curlew",
    "Cygnet", "Cypress", "Daffodil", "Dahlia", "Dandelion", "Delta", "Dingo", "Dolphin", "Dormouse", "Dotterel",
    "Dragonfly", "Driftwood", "Dulcimer", "Dunlin", "Dunnock", "Eagle", "Egret", "Elderberry", "Elk", "Ember",
    "Ermine", "Estuary", "Eyebright", "Falcon", "Fennel", "Fern", "Ferret", "Feverfew", "Fieldfare", "Firefly",
    "Firth", "Fjord", "Flamingo", "Flute", "Foxglove", "Freesia", "Fulmar", "Gannet", "Gardenia", "Gazelle", "Gecko",
    "Gentian", "Geranium", "Geyser", "Gibbon", "Giraffe", "Glacier", "Glade", "Goldfinch", "Goosander", "Gorse",
    "Goshawk", "Gosling", "Grebe", "Greenfinch", "Grouse", "Guillemot", "Gull", "Halibut", "Hamster", "Harebell",
    "Harp", "Harrier", "Hawfinch", "Hawthorn", "Hedgehog", "Hellebore", "Hemlock", "Heron", "Hibiscus", "Hillock",
    "Honeysuckle", "Hoopoe", "Hornbeam", "Hyacinth", "Hydrangea", "Ibex", "Ibis", "Iceberg", "Iguana", "Impala",
    "Jackal", "Jackdaw", "Jaguar", "Juniper", "Kestrel", "Kingfisher", "Kittiwake", "Kiwi", "Koala", "Lagoon",
    "Lantern", "Lapwing", "Larch", "Larkspur", "Lavender", "Lemur", "Leopard", "Lichen", "Linnet", "Lizard", "Llama",
    "Lobelia", "Lotus", "Lupin", "Lute", "Lynx", "Macaw", "Magnolia", "Magpie", "Mallard", "Mallow", "Mandolin",
    "Mango", "Maple", "Marigold", "Marmot", "Marten", "Meadow", "Meerkat", "Meteor", "Mimosa", "Mistletoe", "Mollusc",
    "Mongoose", "Moorhen", "Moth", "Myrtle", "Narwhal", "Nebula", "Nettle", "Newt", "Nightingale", "Nightjar",
    "Nuthatch", "Oboe", "Ocelot", "Orbit", "Oriole", "Osprey", "Otter", "Ouzel", "Oxlip", "Oyster", "Panda", "Pansy",
    "Panther", "Parsnip", "Partridge", "Peacock", "Pebble", "Pelican", "Penguin", "Peony", "Peregrine", "Petunia",
    "Pheasant", "Piccolo", "Pimpernel", "Pinecone", "Pipit", "Plankton", "Plover", "Pochard", "Polecat", "Poppyhead",
    "Porcupine", "Porpoise", "Primrose", "Prism", "Puffin", "Puma", "Quail", "Quince", "Rabbit", "Raccoon", "Rainbow",
    "Rapids", "Raspberry", "Razorbill", "Redshank", "Redstart", "Redwing", "Reindeer", "Ringlet", "Rivulet",
    "Roebuck", "Rook", "Rosebay", "Sailboat", "Salamander", "Samphire", "Sandpiper", "Saxifrage", "Seahorse",
    "Sequoia", "Shelduck", "Shrew", "Shrike", "Siskin", "Skylark", "Snapdragon", "Snipe", "Snowdrop", "Sorrel",
    "Sparrowhawk", "Speedwell", "Spinnaker", "Spoonbill", "Spruce", "Squirrel", "Starfish", "Starling", "Stoat",
    "Stonechat", "Sunflower", "Swallow", "Swan", "Sycamore", "Tamarisk", "Tapir", "Teasel", "Tern", "Thicket",
    "Thistle", "Thrush", "Tortoise", "Toucan", "Trombone", "Trout", "Tulip", "Turnstone", "Turtle", "Valerian",
    "Viburnum", "Viola", "Vole", "Wagtail", "Walrus", "Warbler", "Waterfall", "Waxwing", "Weasel", "Whimbrel",
    "Whinchat", "Wigeon", "Willow", "Wisteria", "Wolverine", "Wombat", "Woodlark", "Woodpecker", "Wren", "Yarrow",
    "Yellowhammer", "Zebra", "Zephyr", "Zinnia", "Zither",
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
