//! Short forms of given names: who is `Elizabeth` in the banner is Lizzie, Beth or Betty in the note.
//!
//! Those of three letters are left out: "Jim", "Sam" and "Dan" are days and months of other languages, which libraries hold.
//! Those that are words of the language as well ("Bill", "Will", "Rob", "Pat", "Sue", "Jack") are left out: alone they would mask the words.

/// Given names (in small letters) and what they are shortened to in English.
const SHORT: &[(&str, &[&str])] = &[
    ("abigail", &["abby", "abbie"]),
    ("albert", &["bertie"]),
    ("alexander", &["alex", "sasha"]),
    ("alexandra", &["alex", "sandra", "sasha"]),
    ("alfred", &["alfie"]),
    ("andrew", &["andy", "drew"]),
    ("anthony", &["tony"]),
    ("antony", &["tony"]),
    ("benjamin", &["benny", "benji"]),
    ("bernadette", &["bernie"]),
    ("bernard", &["bernie"]),
    ("catherine", &["cathy", "kate", "katie", "cath"]),
    ("charles", &["charlie", "chas"]),
    ("charlotte", &["lottie", "charlie"]),
    ("christine", &["chris", "chrissie", "tina"]),
    ("christopher", &["chris"]),
    ("daniel", &["danny"]),
    ("david", &["dave", "davey"]),
    ("deborah", &["debbie"]),
    ("dorothy", &["dottie"]),
    ("edward", &["eddie", "teddy"]),
    ("eleanor", &["ellie", "nell", "nellie"]),
    ("elizabeth", &["lizzie", "lizzy", "beth", "betty", "eliza", "libby", "betsy"]),
    ("emily", &["emmy"]),
    ("frances", &["fran", "franny"]),
    ("francis", &["fran"]),
    ("frederick", &["fred", "freddie"]),
    ("geoffrey", &["geoff"]),
    ("gerald", &["gerry"]),
    ("gillian", &["jill"]),
    ("gregory", &["greg"]),
    ("harold", &["harry"]),
    ("henry", &["harry"]),
    ("isabel", &["izzy", "bella"]),
    ("isabella", &["izzy", "bella"]),
    ("isobel", &["izzy"]),
    ("jacqueline", &["jackie"]),
    ("james", &["jimmy", "jamie"]),
    ("jennifer", &["jenny"]),
    ("jessica", &["jess", "jessie"]),
    ("jonathan", &["jonny"]),
    ("joseph", &["joey"]),
    ("josephine", &["josie"]),
    ("judith", &["judy"]),
    ("katherine", &["kathy", "kate", "katie", "kath"]),
    ("kathleen", &["kathy", "kath"]),
    ("kenneth", &["kenny"]),
    ("lawrence", &["larry", "laurie"]),
    ("leonard", &["lenny"]),
    ("margaret", &["maggie", "peggy", "madge", "margie"]),
    ("marjorie", &["marge", "margie"]),
    ("michael", &["mike", "mick", "mikey", "micky"]),
    ("nathaniel", &["nathan"]),
    ("nicholas", &["nicky"]),
    ("nicola", &["nicky", "nikki"]),
    ("oliver", &["ollie", "olly"]),
    ("olivia", &["livvy"]),
    ("patricia", &["patsy", "tricia", "trish"]),
    ("peter", &["pete"]),
    ("philip", &["phil"]),
    ("phillip", &["phil"]),
    ("rebecca", &["becky", "becca"]),
    ("richard", &["ricky", "dickie"]),
    ("robert", &["bobby", "robbie"]),
    ("ronald", &["ronnie"]),
    ("rosemary", &["rosie"]),
    ("samantha", &["sammy"]),
    ("samuel", &["sammy"]),
    ("stanley", &["stan"]),
    ("stephanie", &["steph"]),
    ("stephen", &["steve"]),
    ("steven", &["steve"]),
    ("susan", &["susie", "suzie"]),
    ("susannah", &["susie"]),
    ("sylvia", &["sylvie"]),
    ("teresa", &["terry", "tess"]),
    ("theresa", &["terry", "tess"]),
    ("thomas", &["tommy"]),
    ("timothy", &["timmy"]),
    ("victoria", &["vicky", "vicki"]),
    ("walter", &["wally"]),
    ("william", &["billy", "willie", "liam"]),
    ("winifred", &["winnie"]),
];

/// What a given name (in small letters) is shortened to.
pub(super) fn of(given: &str) -> &'static [&'static str] {
    SHORT
        .binary_search_by_key(&given, |(name, _)| name)
        .ok()
        .and_then(|at| SHORT.get(at))
        .map_or(&[], |(_, short)| short)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::redact::detect::gazetteer;

    #[test]
    fn in_order_and_no_words() {
        assert!(SHORT.is_sorted_by_key(|(name, _)| *name));
        assert!(of("elizabeth").contains(&"beth") && of("zorbi").is_empty());
        let lists = gazetteer::shipped();
        for short in SHORT.iter().flat_map(|(_, short)| *short) {
            assert!(short.len() > 3, "{short} may be a day");
            assert!(lists.is_forename(short), "{short} is no given name that the lists have");
            assert!(!lists.is_thing(short) && !lists.is_word(short), "{short} is called otherwise, too");
        }
    }
}
