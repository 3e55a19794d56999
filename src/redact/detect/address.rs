//! Postal addresses: a number and a street ("12 High Street", "Flat 2, 12 High St"), a house before a street or postcode
//! ("Rose Cottage, Mill Lane"), a PO box, and whatever stands beside a label that says address.

use std::sync::{Arc, LazyLock};

use regex::Regex;

use super::near::{Cues, after, stands_free};
use super::{Context, Detector, Entry, Page, gazetteer};
use crate::redact::finding::{Confidence, Finder, Finding};
use crate::redact::kind::Kind;
use crate::redact::place::Surface;

pub(super) const ENTRY: Entry = Entry {
    id: "address",
    kind: Kind::Address,
    about: "a line of a postal address: number and street, flat, house name, PO box, or by label",
    page: Page {
        why: "Streets and houses, with what stands around a postcode.",
        source: "Royal Mail Programmer's Guide to the Postcode Address File",
        sure: "55 to 95 by number, street word and postcode",
        hits: &[("Lives at 14 High Street, Leeds", "14 High Street")],
        misses: &["High Street clinic at 14:00"],
    },
    make: detector,
};

fn detector() -> Arc<dyn Detector> {
    static MADE: LazyLock<Arc<dyn Detector>> = LazyLock::new(|| Arc::new(Address));
    MADE.clone()
}

#[derive(Debug)]
struct Address;

/// A postcode, up to its end.
macro_rules! postcode {
    () => {
        r"[A-Z]{1,2}[0-9][0-9A-Z]? ?[0-9][ABD-HJLNP-UW-Z]{2}\b"
    };
}

/// What a street is called where no number stands before it.
macro_rules! road {
    () => {
        "(?:Road|Street|Lane|Avenue|Close|Drive|Crescent|Gardens|Grove|Terrace|Way|Hill|Row|Square)"
    };
}

/// A flat before, a number, one to four capitalised words, what streets are called.
const STREET: &str = concat!(
    r"(?:(?i:flat|apartment|apt|unit|room|suite|floor)\.? ?[0-9A-Za-z]{1,5},? )?",
    r"\b[0-9]{1,5}[A-Za-z]?(?: ?[-/] ?[0-9]{1,5}[A-Za-z]?)?,? ",
    r"(?:(?:[A-Z][A-Za-z'.-]{0,24}|of|the|and|[0-9]{1,3}(?:st|nd|rd|th)) ){1,4}?",
    r"(?:(?:[Ss]treet|[Rr]oad|[Aa]venue|[Ll]ane|[Dd]rive|[Cc]lose|[Cc]rescent|[Gg]ardens|[Gg]rove|[Tt]errace|Court|Mews|",
    r"Parade|Place|Row|Square|Walk|Way|Wharf|Yard|Rise|Broadway|Boulevard|Highway|Parkway|Circle|Trail|Turnpike|Hill|Green|",
    r"View|Villas|Croft|Meadow|Meadows|Path|Quay|Vale|End|Gate|Fields|Park|Common|Cottages|Almshouses|Fold|Garth|Wynd|Ings|Chase|Steps|Mead|Dene|Leys|Brow|Nook|Spinney|Paddock|Heath|Buildings|Mount|Bank|Side|Loop|",
    r"Pike|Plaza|STREET|ROAD|AVENUE|LANE|DRIVE|CLOSE|CRESCENT|GARDENS|GROVE|TERRACE|COURT|MEWS|PARADE|PLACE|ROW|SQUARE|WALK|",
    r"WAY|WHARF|YARD|RISE|BROADWAY|BOULEVARD|HIGHWAY|PARKWAY|CIRCLE|TRAIL|TURNPIKE|HILL|GREEN|VIEW|VILLAS|CROFT|MEADOW|",
    r"MEADOWS|PATH|QUAY|VALE|END|GATE|FIELDS|PARK|COMMON|COTTAGES|BUILDINGS|MOUNT|BANK|SIDE|LOOP|PIKE|PLAZA)\b",
    r"|(?:St|Rd|Ave|Av|Ln|Dr|Cl|Ct|Cres|Gdns|Gr|Wlk|Cotts|Bldgs|Pl|Sq|Terr|Blvd|Hwy|Pkwy|Pde|Cir|ST|RD|AVE|LN|DR|CT|PL|SQ|BLVD|HWY)\b\.?)"
);
/// A house by name, then a street or a place and its postcode.
const HOUSE: &str = concat!(
    r"(?:The )?(?:[A-Z][a-z'-]{1,20} ){1,2}(?:Cottage|House|Lodge|Farm|Farmhouse|Barn|Manor|Villa|Vicarage|Rectory|Grange|Bungalow|Mill)",
    r", [A-Z][A-Za-z' -]{2,40},"
);
/// Where streets have other names: "25/775, Gandhi Nagar", "14/370, Sector 12", "Plot 16, Kimathi Street" is a street as well.
const AREA: &str = concat!(
    r"\b(?:(?i:plot|house|door|h|d|stand|erf|lot|block|blk)\.? ?(?:no\.? ?|# ?)?)?[0-9]{1,5}[A-Za-z]?(?: ?[-/] ?[0-9]{1,5}[A-Za-z]?){0,2},? ",
    r"(?:(?:[A-Z][A-Za-z'.-]{0,24} ){1,3}?(?:Nagar|Colony|Marg|Salai|Chowk|Enclave|Vihar|Layout|Bagh|Puram|Puri|Estate|Estates|Extension|",
    r"Mohalla|Bazar|Bazaar|Township|Society|Apartments|Barangay|Jalan|Tower|Towers|Heights|Cross|Main)\b|(?:Sector|Phase|Block|Ward No) [0-9]{1,3}[A-Z]?\b)"
);
/// Streets of Wales: "3 Maes y Dre", "12 Ffordd yr Orsaf".
const WELSH: &str = concat!(
    r"\b[0-9]{1,4}[A-Za-z]?,? (?:Maes|Tan|Bryn|Heol|Ffordd|Stryd|Lon|Lôn|Cae|Clos|Llys|Parc|Rhodfa|Trem|Gerddi|Cwrt|Tir|Pant|Glan|",
    r"Rhes|Teras|Plas|Erw|Coed|Dol|Maes-y|Tan-y)(?:[ -](?:(?:y|yr|yn|ar|Y|Yr) )?[A-ZŴŶÂÊÎÔÛ][A-Za-zŵŷâêîôû'-]{1,20}){1,3}\b"
);
/// Streets of the north of England: "12 Kirkgate".
const GATES: &str = concat!(
    r"\b(?:(?:[Ff]lat|[Aa]partment) )?[0-9]{1,4}[A-Za-z]?,? (?:[A-Z][a-z]{2,12} )?",
    r"(?:Kirkgate|Briggate|Swinegate|Northgate|Southgate|Eastgate|Westgate|Highgate|Churchgate|Castlegate|Stonegate|Marygate|",
    r"Micklegate|Skeldergate|Fishergate|Walmgate|Gillygate|Bridgegate|Marketgate|Deansgate|Wheelgate)\b"
);
/// "12 Kingsway, Leeds LS17 8EF": whatever streets are called, where a place and its postcode follow.
const LINES: &str = concat!(
    r"(?:(?i:flat|apartment|apt)\.? ?[0-9A-Za-z]{1,5},? )?\b[0-9]{1,4}[A-Za-z]?(?:-[0-9]{1,4})?,? ",
    r"[A-Z][A-Za-z'.-]{1,20}(?: (?:(?:y|yr|on|of|the|le|upon) )?[A-Z][A-Za-z'.-]{1,20}){0,3},"
);
/// "Flat 22, Sidney House, Old Ford Road": a flat has a number, whatever its house is called.
const FLAT: &str = concat!(
    r"\b[Ff]lat [0-9]{1,4}[A-Z]?, [A-Z][a-z'-]{2,20}(?: [A-Z][a-z'-]{1,20}){0,3}",
    r"(?:, (?:[A-Z][a-z'-]{1,20} ){1,3}",
    road!(),
    r"\b)?"
);
/// "Plas Derwen, Salop Road, Oswestry, SY11 2RL": a street without a number, and what stands in it, where a place and its postcode follow.
const UNNUMBERED: &str =
    concat!(r"\b(?:[A-Z][a-z'-]{1,20}(?: [A-Z][a-z'-]{1,20}){0,3}, )?(?:[A-Z][a-z'-]{1,20} ){1,3}", road!(), ",");
/// "wohnhaft Lindengasse 14/2/9, 8650 Kindberg", as letters in German say where somebody lives.
const WOHNHAFT: &str = concat!(
    r"\bwohnhaft:? (?:in )?[A-ZÄÖÜ][A-Za-zÄÖÜäöüß. -]{2,40} [0-9]{1,4}[a-z]?(?:/[0-9]{1,4}){0,3}",
    r"(?:, ?(?:[A-Z]{1,2}-)?[0-9]{4,5} [A-ZÄÖÜ][A-Za-zäöüß-]{2,30})?"
);
/// "Lives at Rosemount, LA9 4QT"
const AT: &str = r"\b[A-Z][a-z'-]{2,20}(?: [A-Z][a-z'-]{2,20})?,";
const BOX: &str = r"(?i:\bp\.? ?o\.? box [0-9]{1,6}\b)";

/// Where somebody lives, whatever the street is called: "Lives at 48 Kingsway", "has moved in at The Old Forge".
const HOME: &str = concat!(
    r"\b(?i:lives?|living|lived|residing|resides|moved in(?: to)?|moving in)(?: (?i:alone|independently|now|currently|together|back))?",
    r" (?i:at) ((?i:flat |apartment )?[0-9]{1,4}[A-Za-z]?,? [A-Z][A-Za-z'-]{2,20}(?: (?:(?:y|yr|yn|ar|on|of|the) )?[A-Z][A-Za-z'-]{1,20}){0,2}\b",
    r"|(?:The )?(?:[A-Z][a-z'-]{1,20} ){0,2}[A-Z][a-z'-]{1,20}, (?:[A-Z][a-z'-]{1,20} ){1,2}(?:Lane|Road|Street|Close|Drive|Avenue|Green|Row|Court|Gardens|Square|Terrace)\b",
    r"|(?:The )?(?:[A-Z][a-z'-]{1,20} ){1,3}(?:Cottage|House|Lodge|Farm|Farmhouse|Barn|Manor|Villa|Vicarage|Rectory|Grange|Bungalow|Mill|Forge|Cottages)\b",
    r"|The (?:Old |New )?(?:Cottage|Lodge|Farm|Farmhouse|Barn|Barns|Manor|Villa|Vicarage|Rectory|Grange|Bungalow|Mill|Forge|Coach|Stables|Dairy|Granary|Almshouses?|Schoolhouse|Chapel|Hayloft)(?: House)?\b|(?i:number|no\.?|flat|room) [0-9]{1,4}[A-Za-z]?\b)"
);
/// "Rose Cottage, Back Lane", "The Old Forge, Mill Lane": a house by its name, and its street.
const NAMED: &str = concat!(
    r"\b(?:The )?(?:[A-Z][a-z'-]{1,20} ){1,2}(?:Cottage|Lodge|Farm|Farmhouse|Barn|Villa|Vicarage|Rectory|Grange|Bungalow|Mill|Forge|Cottages|Croft|Orchard)",
    r", (?:[A-Z][a-z'-]{1,20} ){1,2}(?:Lane|Road|Street|Hill|Close|Drive|Avenue|Way|Green|Row)\b"
);
/// "lives at 14 high street", as somebody types who types no capitals.
const SMALL: &str = concat!(
    r"\b(?:at|address|addr)(?: is)?:? ((?:flat [0-9]{1,3}[a-z]?,? )?[0-9]{1,4}[a-z]?,? ((?:[a-z][a-z'-]{2,20} ){1,2}?)",
    r"(?:street|road|avenue|lane|drive|close|crescent|gardens|grove|terrace|rd|ave)\b)"
);
static TYPED: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(SMALL).ok());
/// What is counted before a word that is a street's as well: "a 20 minute drive", "2 lanes close".
const COUNTED: &[&str] = &[
    "busy",
    "car",
    "cars",
    "day",
    "days",
    "feet",
    "hour",
    "hours",
    "hr",
    "hrs",
    "kilometre",
    "kilometres",
    "km",
    "lane",
    "lanes",
    "metre",
    "metres",
    "mile",
    "miles",
    "min",
    "mins",
    "minute",
    "minutes",
    "month",
    "months",
    "mph",
    "new",
    "patients",
    "people",
    "times",
    "way",
    "week",
    "weeks",
    "year",
    "years",
];

static LIVES: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(HOME).ok());

/// What else must be seen where a pattern is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Besides {
    Nothing,
    /// Not even a digit.
    NoNumber,
    /// A postcode behind it.
    Postcode,
    /// A place and its postcode right behind it, and no word of a hospital in it.
    Place,
    /// The same, where institutions have streets too.
    PlaceOfHomes,
    /// Where somebody lives, and a postcode right behind: no place that is known.
    At,
    /// No word of a hospital in it or behind it: wards are called so, too.
    NoWard,
}

static PATTERNS: LazyLock<Vec<(Regex, Confidence, Besides)>> = LazyLock::new(|| {
    [
        (STREET, 82, Besides::Nothing),
        (HOUSE, 70, Besides::Postcode),
        (AREA, 76, Besides::Nothing),
        (WELSH, 76, Besides::NoWard),
        (GATES, 78, Besides::NoWard),
        (NAMED, 80, Besides::NoNumber),
        (LINES, 78, Besides::Place),
        (FLAT, 80, Besides::NoWard),
        (UNNUMBERED, 76, Besides::PlaceOfHomes),
        (AT, 70, Besides::At),
        (WOHNHAFT, 80, Besides::Nothing),
        (BOX, 80, Besides::Nothing),
    ]
    .into_iter()
    .filter_map(|(pattern, sure, besides)| Regex::new(pattern).ok().map(|regex| (regex, sure, besides)))
    .collect()
});

const CUES: Cues = Cues {
    words: &[
        "address",
        "home address",
        "postal address",
        "address line",
        "address line 1",
        "address1",
        "addr",
        "addr1",
        "street",
        "street address",
        "street address line",
        "house name",
        "house number",
        "lives at",
        "residing at",
        "address of",
        "line",
    ],
    never: &[
        "email",
        "e mail",
        "ip",
        "mac",
        "web",
        "url",
        "type",
        "use",
        "id",
        "change",
        "lookup",
        "search",
        "find",
        "line manager",
        "base line",
        "first line",
        "second line",
        "line of",
        "number of",
        "country",
        "confirm",
        "network",
        "server",
        "date",
    ],
};

impl Detector for Address {
    fn id(&self) -> &str {
        ENTRY.id
    }

    fn kind(&self) -> Kind {
        ENTRY.kind
    }

    fn reach(&self) -> usize {
        240
    }

    fn patterns(&self) -> Vec<&str> {
        vec![STREET, HOUSE, AREA, WELSH, GATES, NAMED, LINES, FLAT, UNNUMBERED, AT, WOHNHAFT, BOX, HOME, SMALL]
    }

    fn wants(&self, context: &Context<'_>) -> bool {
        context.signs.letters && (context.signs.digits > 0 || context.signs.upper || !context.place.label.is_empty())
    }

    fn find(&self, text: &str, context: &Context<'_>, out: &mut Vec<Finding>) {
        let mut push = |range: std::ops::Range<usize>, confidence| {
            // A house and its street are found by two forms.
            if out.iter().rev().take(4).any(|f| f.range == range && f.kind == Kind::Address) {
                return;
            }
            out.push(Finding { range, kind: Kind::Address, confidence, finder: Finder::Detector(ENTRY.id.into()) });
        };
        if CUES.says(context.place.label)
            && let Some((range, confidence)) = labelled(text, context.place.label)
        {
            push(range, confidence);
        }
        let code = matches!(context.place.surface, Surface::Script | Surface::Style);
        if context.signs.upper
            && !code
            && let Some(lives) = LIVES.as_ref()
        {
            let homes = lives.captures_iter(text).filter_map(|c| c.get(1));
            let homes =
                homes.filter(|home| !clinical(text, home.end(), home.as_str()) && stands_free(text, &home.range()));
            let homes = homes.filter(|home| !is_no_home(home.as_str()));
            // What is a street by its own name as well is found below.
            let by_itself =
                |besides: &Besides| matches!(besides, Besides::Nothing | Besides::NoNumber | Besides::NoWard);
            let street =
                |home: &str| PATTERNS.iter().any(|(pattern, _, besides)| by_itself(besides) && pattern.is_match(home));
            homes.filter(|home| !street(home.as_str())).for_each(|home| push(home.range(), 80));
        }
        if !context.signs.upper {
            let typed = TYPED.as_ref().filter(|_| context.signs.digits > 0 && !code);
            for found in typed.iter().flat_map(|typed| typed.captures_iter(text)) {
                let (Some(all), Some(words)) = (found.get(1), found.get(2)) else { continue };
                let counted = words.as_str().split(' ').any(|w| COUNTED.contains(&w));
                if !counted && stands_free(text, &all.range()) && !clinical(text, all.end(), all.as_str()) {
                    push(all.range(), 66);
                }
            }
            return;
        }
        let numbered = context.signs.digits > 0;
        let named = text.contains(", ");
        if let Some(range) = flat(text).filter(|_| numbered) {
            push(range, 74);
        }
        for (pattern, sure, besides) in PATTERNS.iter() {
            if !(numbered || named && *besides == Besides::NoNumber) {
                continue;
            }
            for found in pattern.find_iter(text) {
                let value = found.as_str();
                if !stands_free(text, &found.range())
                    || clinical(text, found.end(), value)
                    || is_no_house(text, found.start())
                {
                    continue;
                }
                let next = text.get(found.end()..).and_then(|rest| rest.strip_prefix(' ')).unwrap_or_default();
                let next = next.split(|c: char| !c.is_alphabetic()).next().unwrap_or_default();
                let fits = match besides {
                    Besides::Nothing => true,
                    // With a postcode it is found as a house is.
                    Besides::NoNumber => !postcode_follows(text, found.end()),
                    Besides::Postcode => postcode_follows(text, found.end()),
                    Besides::Place => {
                        place_follows(text, found.end())
                            && !is_no_home(value.trim_end_matches(','))
                            && !is_of_institution(text, found.start(), value)
                    }
                    Besides::PlaceOfHomes => {
                        is_lived_in(text, found.start())
                            && place_follows(text, found.end())
                            && !has_institution(value)
                            && !is_of_institution(text, found.start(), value)
                    }
                    Besides::At => {
                        is_lived_in(text, found.start())
                            && postcode_is_next(text, found.end())
                            && !has_institution(value)
                            && !is_place(value)
                    }
                    Besides::NoWard => !is_no_home(value) && !is_no_home(next),
                };
                if !fits {
                    continue;
                }
                let house = matches!(besides, Besides::Postcode | Besides::Place | Besides::PlaceOfHomes | Besides::At);
                let range = if house {
                    found.start()..found.end() - 1
                } else {
                    found.start()..all_of_street(text, found.end())
                };
                let sure = if context.prose() { sure + 5 } else { *sure };
                push(range, if code { sure.saturating_sub(25) } else { sure });
            }
        }
    }
}

/// Whether streets are called so, by their last word in small letters.
pub(in crate::redact) fn is_street(word: &str) -> bool {
    const STREETS: &[&str] = &[
        "avenue", "close", "court", "crescent", "drive", "gardens", "green", "grove", "hill", "lane", "mews", "park",
        "passage", "place", "rise", "road", "row", "square", "street", "terrace", "view", "walk", "way",
    ];
    STREETS.contains(&word)
}

/// "Apt 117", the second line of an address, and nothing else.
fn flat(text: &str) -> Option<std::ops::Range<usize>> {
    let value = text.trim();
    let (word, number) = value.split_once(' ').filter(|_| value.len() <= 20)?;
    let number = number.trim_start_matches(['#', ' ']);
    // Not "Apt 10am", "APT 30s", "Apt 2024", which are an appointment, a time of clotting and a year.
    let digits = number.strip_suffix(|c: char| c.is_ascii_uppercase()).unwrap_or(number);
    let year = digits.len() == 4 && (digits.starts_with("19") || digits.starts_with("20"));
    let plain = (1..=4).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    let numbered = plain && !year && digits != "0";
    let word = word.trim_end_matches('.').to_ascii_lowercase();
    let from = text.len() - text.trim_start().len();
    (numbered && ["apartment", "apt", "flat"].contains(&word.as_str())).then(|| from..from + value.len())
}

/// Whether houses are called so, by their last word in small letters.
pub(in crate::redact) fn is_house(word: &str) -> bool {
    const HOUSES: &[&str] = &[
        "barn",
        "bungalow",
        "cottage",
        "cottages",
        "croft",
        "farm",
        "farmhouse",
        "forge",
        "grange",
        "house",
        "lodge",
        "manor",
        "mill",
        "orchard",
        "rectory",
        "vicarage",
        "villa",
    ];
    HOUSES.contains(&word)
}

/// "Cannon Street Road", "Muswell Hill Place": a street that is called after another.
fn all_of_street(text: &str, end: usize) -> usize {
    const MOST: usize = 3;
    let mut end = end;
    for _ in 0..MOST {
        let Some(rest) = text.get(end..).and_then(|rest| rest.strip_prefix(' ')) else { break };
        let word = rest.find(|c: char| !c.is_alphabetic()).unwrap_or(rest.len());
        let goes_on = |word: &str| {
            let lower = word.to_lowercase();
            word.starts_with(char::is_uppercase)
                && (is_street(&lower) || matches!(lower.as_str(), "west" | "east" | "north" | "south"))
        };
        if !rest.get(..word).is_some_and(goes_on) {
            break;
        }
        end += 1 + word;
    }
    end
}

/// "12 Bed Unit", "5 Oak Ward", "2 Weekly intervals": how many, or where in a hospital.
fn is_no_home(text: &str) -> bool {
    const WORDS: &[&str] = &[
        "ward",
        "unit",
        "bed",
        "bedded",
        "beds",
        "bay",
        "weekly",
        "monthly",
        "daily",
        "hourly",
        "meters",
        "metres",
        "litres",
        "hospital",
        "cardiology",
        "floor",
        "level",
    ];
    text.split(' ').any(|word| WORDS.contains(&word.to_lowercase().as_str()))
}

/// "Clinic 4 Outpatients, Barnet Hospital", "Moortown Surgery, 12 Kingsway", "Copyright 2024 Acme": what stands right before the number is
/// numbered or an institution, or the number is a year. Before anything else it is where somebody lives.
fn is_of_institution(text: &str, at: usize, value: &str) -> bool {
    const NUMBERED: &[&str] = &[
        "area", "block", "building", "bus", "clinic", "exit", "floor", "gate", "junction", "lab", "level", "platform",
        "room", "suite", "theatre", "top", "zone",
    ];
    let before = text.get(..at).unwrap_or_default();
    let first = value.split([' ', ',']).next().unwrap_or_default();
    let year = first.len() == 4 && (first.starts_with("19") || first.starts_with("20"));
    let bare = before.trim_end_matches([' ', ',']);
    let word = bare.rsplit(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
    let right = bare.len() < before.len();
    let lower = word.to_lowercase();
    let lists = gazetteer::shipped();
    let institution = word.starts_with(char::is_uppercase) && lists.is_after(&lower) && !lists.is_surname(&lower);
    year || (right && (institution || NUMBERED.contains(&lower.as_str())))
}

/// "now in residential care at", "moved to": who is spoken of lives in what follows. Anything else has an address too.
fn is_lived_in(text: &str, at: usize) -> bool {
    const LIVED: &[&str] = &[
        "address",
        "care at",
        "home at",
        "live at",
        "lived at",
        "lives at",
        "living at",
        "moved into",
        "moved to",
        "resident at",
        "residing at",
        "stays at",
        "staying at",
    ];
    let before = super::near::before(text, at, 40).to_ascii_lowercase();
    let before = before.trim_end_matches([' ', ':']);
    LIVED.iter().any(|lived| before.ends_with(lived))
}

/// Whether one of the words is what institutions are called by, and nobody's house.
fn has_institution(value: &str) -> bool {
    const INSTITUTIONS: &[&str] = &[
        "academy",
        "centre",
        "center",
        "chemist",
        "clinic",
        "college",
        "council",
        "department",
        "foundation",
        "hospice",
        "hospital",
        "hub",
        "infirmary",
        "institute",
        "laboratory",
        "library",
        "pharmacy",
        "practice",
        "school",
        "service",
        "services",
        "surgery",
        "trust",
        "unit",
        "university",
        "ward",
    ];
    value.split([' ', ',']).any(|word| INSTITUTIONS.contains(&word.to_lowercase().as_str())) || is_no_home(value)
}

/// Whether these are words of places that everybody knows: "in Leeds, LS17 8EF" says no more than the postcode.
fn is_place(value: &str) -> bool {
    let lists = gazetteer::shipped();
    value.split([' ', ',']).filter(|word| !word.is_empty()).all(|word| lists.is_word(&word.to_lowercase()))
}

/// A postcode right behind.
fn postcode_is_next(text: &str, at: usize) -> bool {
    static NEXT: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(concat!(r"^ ?", postcode!())).ok());
    NEXT.as_ref().is_some_and(|p| p.is_match(after(text, at, 12)))
}

/// The number of a bed or the minutes of a time: `Bed 5  Grace PARK`, `09:30 PACT Green`.
fn is_no_house(text: &str, at: usize) -> bool {
    const PLACES: &[&str] = &["bed", "bay", "ward", "cubicle", "trolley", "slot", "chair", "majors", "resus"];
    let before = super::near::before(text, at, 16);
    let timed = before.ends_with(':') && before.trim_end_matches(':').ends_with(|c: char| c.is_ascii_digit());
    let word = before.trim_end().rsplit(|c: char| !c.is_alphanumeric()).next().unwrap_or_default().to_lowercase();
    timed || PLACES.contains(&word.as_str())
}

/// The whole value beside a label, when it looks like a line of an address.
fn labelled(text: &str, label: &str) -> Option<(std::ops::Range<usize>, Confidence)> {
    let value = text.trim();
    let from = text.len() - text.trim_start().len();
    let range = from..from + value.len();
    let letters = value.chars().filter(|c| c.is_alphabetic()).count();
    let digits = value.bytes().any(|b| b.is_ascii_digit());
    let prose = value.len() > 160 || value.contains(['@', '{', '<', '=', '?']) || value.contains("://");
    let capital = value.chars().any(char::is_uppercase);
    let ordinary = value.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).count() < 2 && !digits;
    let says_none = [
        "not ", "no ", "unknown", "add ", "edit ", "change ", "enter ", "select ", "same as", "use ", "home", "work",
        "temp",
    ]
    .iter()
    .any(|n| value.to_lowercase().starts_with(n));
    if prose || letters < 3 || says_none || (ordinary && !label.contains("line")) {
        return None;
    }
    match (digits, capital) {
        (true, _) => Some((range, 88)),
        (false, true) if label.contains("line") || label.contains("street") || value.contains(',') => Some((range, 72)),
        (false, _) => None,
    }
}

/// "2 Week Wait Clinic Close", "5 Day Course": numbers before capitalised words that are no address.
fn clinical(text: &str, end: usize, value: &str) -> bool {
    const UNITS: &[&str] = &[
        "week",
        "weeks",
        "day",
        "days",
        "month",
        "months",
        "year",
        "years",
        "hour",
        "hours",
        "min",
        "mins",
        "minutes",
        "mg",
        "ml",
        "mcg",
        "units",
        "tablet",
        "tablets",
        "capsule",
        "capsules",
        "times",
        "patients",
        "appointments",
        "items",
        "results",
        "records",
        "of",
        "and",
        "level",
        "stage",
        "grade",
        "type",
        "part",
        "step",
        "section",
        "page",
        "column",
        "new",
        "more",
        "days'",
        "jan",
        "feb",
        "mar",
        "apr",
        "may",
        "jun",
        "jul",
        "aug",
        "sep",
        "oct",
        "nov",
        "dec",
        "january",
        "february",
        "march",
        "april",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
        "beds",
        "point",
        "am",
        "pm",
        "x",
        "or",
        "to",
        // "12 June 2024 Dear Dr Smith": how a letter begins.
        "dear",
    ];
    let words = value.split(|c: char| !c.is_alphanumeric() && c != '\'').filter(|w| !w.is_empty());
    let first_word = words
        .filter(|w| !w.starts_with(|c: char| c.is_ascii_digit()))
        .find(|w| !["flat", "apartment", "apt", "unit", "room", "suite", "floor"].contains(&w.to_lowercase().as_str()));
    // "12 MG Road" is a street.
    let unit = first_word.is_some_and(|w| w != "MG" && UNITS.contains(&w.to_lowercase().as_str()));
    // "12 Queen Square Surgery" is one; "3 Park Road Ward" is one; nothing behind takes it away but a percent sign.
    unit || after(text, end, 1) == "%"
}

/// Up to three names of places, then a postcode: ` Moortown, Leeds LS17 8EF`.
fn place_follows(text: &str, at: usize) -> bool {
    static PLACE: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(concat!(r"^(?: ?[A-Z][A-Za-z'’.-]{1,20}(?: [A-Za-z'’.-]{1,20}){0,3}?,?){0,3} ?", postcode!())).ok()
    });
    PLACE.as_ref().is_some_and(|p| p.is_match(after(text, at, 100)))
}

fn postcode_follows(text: &str, at: usize) -> bool {
    static POSTCODE: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(concat!(r"\b", postcode!(), r"|\b[A-Z]{2},? [0-9]{5}\b")).ok());
    POSTCODE.as_ref().is_some_and(|p| p.is_match(after(text, at, 80)))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{found, labelled};

    #[test]
    fn by_form() {
        for (text, want) in [
            ("12 High Street", "12 High Street"),
            ("mr smith lives at 14 high street with", "14 high street"),
            ("(Flat 22, Sidney House, Old Ford Road)", "Flat 22, Sidney House, Old Ford Road"),
            ("in care at Plas Derwen, Salop Road, Oswestry, SY11 2RL", "Plas Derwen, Salop Road"),
            ("who lives at Rosemount, LA9 4QT", "Rosemount"),
            ("at Rose Cottage, Back Lane", "Rose Cottage, Back Lane"),
            ("to The Old Forge, Mill Lane on", "The Old Forge, Mill Lane"),
            ("lives at 53 Harrogate Road, Leeds", "53 Harrogate Road"),
            ("Flat 1, 191 Manor Road", "Flat 1, 191 Manor Road"),
            ("293 School Grove", "293 School Grove"),
            ("95 George Walk", "95 George Walk"),
            ("2222 Home Street", "2222 Home Street"),
            ("2301 Gore Street", "2301 Gore Street"),
            ("12A St John's Close, Otley", "12A St John's Close"),
            ("123 Main St, Springfield", "123 Main St"),
            ("1 N 5th Ave", "1 N 5th Ave"),
            ("534 Erewhon St PeasantVille", "534 Erewhon St"),
            ("1000 HOSPITAL LANE", "1000 HOSPITAL LANE"),
            ("PO Box 1234", "PO Box 1234"),
            ("22 The Green, Taunton", "22 The Green"),
            ("25/775, Gandhi Nagar", "25/775, Gandhi Nagar"),
            ("14/370, Sector 12", "14/370, Sector 12"),
            ("Rose Cottage, Mill Lane, Otley LS21 1AA", "Rose Cottage, Mill Lane"),
        ] {
            assert_eq!(found("address", text), vec![want], "{text}");
        }
    }

    #[test]
    fn numbers_before_words_are_not_addresses() {
        for text in [
            "2 Week Wait",
            "a 20 minute drive, 3 lane road, 2 miles up the lane",
            "5 Day Course",
            "12 March Close",
            "Ward 3 Park",
            "10 mg",
            "Royal Free Hospital",
            "Take 2 Tablets The Same Way",
            "Page 2 of 4",
            "3 Months Down The Road",
            "Rose Cottage",
            "25 October 2026",
            "Level 3 Court",
            "12 patients in view",
            "100 Percent Way%",
        ] {
            assert!(found("address", text).is_empty(), "{text}: {:?}", found("address", text));
        }
    }

    #[test]
    fn by_label() {
        for (label, text, want) in [
            ("address", "12 The Elms", true),
            ("address line 1", "The Old Vicarage", true),
            ("street address line", "2301 Gore Street", true),
            ("email address", "12 The Elms", false),
            ("ip address", "10.20.30.40", false),
            ("address", "Not recorded", false),
            ("address type", "Home 1", false),
            ("address", "Change", false),
        ] {
            assert_eq!(!labelled("address", label, text).is_empty(), want, "{label}: {text}");
        }
    }
}
