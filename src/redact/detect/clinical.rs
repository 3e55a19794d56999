//! Words of medicine by how they end: what a list of words of the language has not, and nobody is called.
//!
//! Diagnoses, procedures and medicines are built of few parts (`-ventricular`, `-ectomy`, `-cillin`), more than any list holds. The ends here are those
//! of no name on the lists that ship; `-itis`, `-oma` and `-emia` alone are ends of surnames (Moraitis, Shiroma) and so are longer here.
//! Medicines: the stems of international nonproprietary names (WHO, "The use of stems in the selection of INN").
//!
//! ```text
//! Left ventricular failure     three words
//! Cholelithiasis               a word
//! Moraitis                     none
//! ```

/// The shortest word that is looked at: shorter ones are in lists, or names.
const SHORTEST: usize = 7;

/// In the order of the alphabet.
const ENDS: &[&str] = &[
    "acidosis",
    "adenoma",
    "alaemia",
    "alaemic",
    "algia",
    "algic",
    "alkalosis",
    "aneurysm",
    "aneurysms",
    "angioma",
    "angitis",
    "ansion",
    "arterial",
    "articular",
    "atitis",
    "auricular",
    "azanavir",
    "azepam",
    "azepine",
    "azolam",
    "barbital",
    "barbitone",
    "blastoma",
    "brachial",
    "buvir",
    "caemia",
    "caemic",
    "carcinoma",
    "cardial",
    "carditis",
    "cardium",
    "cerebral",
    "cervical",
    "ciclovir",
    "cillin",
    "cirrhosis",
    "cirrhotic",
    "conazole",
    "coronary",
    "cranial",
    "cturia",
    "cyanosis",
    "cyanotic",
    "cycline",
    "cytoma",
    "dipine",
    "dronate",
    "dylitis",
    "ebitis",
    "ectasis",
    "ectomies",
    "ectomy",
    "einuria",
    "embolic",
    "embolism",
    "encephalitis",
    "endonitis",
    "enteric",
    "euritis",
    "febrile",
    "femoral",
    "fentanil",
    "fibroma",
    "fibrosis",
    "fibrotic",
    "finavir",
    "floxacin",
    "formin",
    "fovir",
    "gastric",
    "genic",
    "gliflozin",
    "glioma",
    "gliptin",
    "glutide",
    "glycaemia",
    "glycaemic",
    "grastim",
    "haematoma",
    "hepatic",
    "hypertension",
    "hypotension",
    "iculitis",
    "iculopathy",
    "idaemia",
    "idaemic",
    "igitis",
    "infarct",
    "infarction",
    "infarcts",
    "iogram",
    "ischaemia",
    "ischaemic",
    "keratosis",
    "limab",
    "lipoma",
    "lithiasis",
    "llitis",
    "lukast",
    "lumbar",
    "lymphoma",
    "lysis",
    "lytic",
    "megaly",
    "meningioma",
    "metasone",
    "methasone",
    "micin",
    "mitral",
    "muscular",
    "mycin",
    "myelitis",
    "myeloma",
    "nchitis",
    "necrosis",
    "necrotic",
    "nephric",
    "nidazole",
    "nisolone",
    "nystatin",
    "ographic",
    "ography",
    "olaemia",
    "olaemic",
    "oliguria",
    "olol",
    "opathic",
    "opathies",
    "opathy",
    "oscopic",
    "oscopies",
    "oscopy",
    "ostomies",
    "ostomy",
    "otomies",
    "otomy",
    "oxaemia",
    "oxetine",
    "paresis",
    "penia",
    "penic",
    "phagia",
    "phasia",
    "phasic",
    "phonia",
    "phritis",
    "plasties",
    "plasty",
    "platin",
    "plegia",
    "plegic",
    "pnea",
    "pnoea",
    "pnoeic",
    "poetin",
    "porosis",
    "porotic",
    "pramine",
    "prazole",
    "profen",
    "psychosis",
    "psychotic",
    "pulmonary",
    "quinavir",
    "rrhage",
    "rrhagic",
    "rrhea",
    "rrhoea",
    "rthritis",
    "rubicin",
    "sarcoidosis",
    "sarcoma",
    "sartan",
    "sclerosis",
    "sclerotic",
    "semide",
    "setron",
    "stenosis",
    "stenotic",
    "stritis",
    "taxel",
    "tegravir",
    "tensive",
    "thelioma",
    "thiazide",
    "thoracic",
    "thrombosis",
    "thrombotic",
    "tidine",
    "tinib",
    "tonavir",
    "toxicity",
    "traemia",
    "tricuspid",
    "triptan",
    "triptyline",
    "trophic",
    "trophied",
    "trophy",
    "tropium",
    "tuberculosis",
    "ukaemia",
    "umab",
    "unavir",
    "ursitis",
    "vaptan",
    "vascular",
    "vastatin",
    "ventricular",
    "xaban",
    "ximab",
    "ysuria",
    "zumab",
];

/// Whether `word` (lower case) ends as words of medicine do.
pub(super) fn is_term(word: &str) -> bool {
    let letters = word.len() >= SHORTEST && word.bytes().all(|b| b.is_ascii_lowercase());
    letters
        && (4..=12).any(|length| {
            let end = word.len().checked_sub(length).and_then(|from| word.get(from..));
            end.is_some_and(|end| ENDS.binary_search(&end).is_ok())
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::redact::detect::gazetteer;

    #[test]
    fn sorted_and_as_long_as_looked_for() {
        assert!(ENDS.is_sorted());
        assert!(ENDS.iter().all(|end| (4..=12).contains(&end.len())));
    }

    #[test]
    fn terms_and_names() {
        for word in
            ["ventricular", "cholelithiasis", "radiculopathy", "appendicectomy", "flucloxacillin", "empagliflozin"]
        {
            assert!(is_term(word), "{word}");
        }
        for word in [
            "moraitis",
            "shiroma",
            "theodosis",
            "euphemia",
            "kathuria",
            "milgram",
            "nakasone",
            "fibrosi",
            "ranavir",
            "constatin",
            "euphaemia",
            "",
        ] {
            assert!(!is_term(word), "{word}");
        }
    }

    #[test]
    fn nobody_on_the_lists_is_called_so() {
        let lists = gazetteer::shipped();
        let named = |w: &str| lists.is_forename(w) || lists.is_surname(w);
        let names = include_str!("../../../rules/names/surnames.txt").lines();
        let names = names.chain(include_str!("../../../rules/names/forenames.txt").lines());
        assert_eq!(names.filter(|name| named(name) && is_term(name)).count(), 0);
    }
}
