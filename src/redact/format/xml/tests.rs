use quick_xml::events::Event;

use crate::redact::format::Media;
use crate::redact::format::testing::{every_split, plan, table, withheld};

#[test]
fn fields_by_element_path_attribute_and_name_beside() {
    table(
        Media::Xml,
        &[
            ("<p><surname>Ada</surname><ward>7B</ward></p>", "<p><surname>•</surname><ward>7B</ward></p>"),
            ("<x:p xmlns:x='u'><x:surname>Ada</x:surname></x:p>", "<x:p xmlns:x='u'><x:surname>•</x:surname></x:p>"),
            ("<p><family value=\"Ada\"/></p>", "<p><family value=\"•\"/></p>"),
            ("<patient><id root='1.2' extension='77'/></patient>", "<patient><id root='1.2' extension='•'/></patient>"),
            ("<a><birthTime value=\"19620314\"/></a>", "<a><birthTime value=\"•\"/></a>"),
            (
                "<a><telecom><system value='email'/><value value='q'/></telecom></a>",
                "<a><telecom><system value='email'/><value value='•'/></telecom></a>",
            ),
            ("<a><f name='NHS number'>12</f></a>", "<a><f name='NHS number'>•</f></a>"),
            (
                "<a><f><name>NHS number</name><value>12</value></f></a>",
                "<a><f><name>NHS number</name><value>•</value></f></a>",
            ),
            ("<a><param label='DOB' value='1962'/></a>", "<a><param label='DOB' value='•'/></a>"),
        ],
    );
}

#[test]
fn runs_go_through_inline_markup_and_entities() {
    table(
        Media::Xml,
        &[
            ("<p>No <content>943</content> 476 <b>5919</b>.</p>", "<p>No <content>•</content><b></b>.</p>"),
            ("<p>943&#32;476&#x20;59<!-- x -->19</p>", "<p>•<!-- x --></p>"),
            ("<p>9434<![CDATA[76]]>5919</p>", "<p>•<![CDATA[]]></p>"),
            ("<p>9434</p><!-- c -->", "<p>9434</p><!-- c -->"),
            ("<a><p>943</p><p>4765919</p></a>", "<a><p>943</p><p>4765919</p></a>"),
            (
                "<?xml version='1.0'?>\n<a t='x &amp; Zzyx'>a &lt; b</a>\n",
                "<?xml version='1.0'?>\n<a t='x &amp; •'>a &lt; b</a>\n",
            ),
            ("<a><!-- Zzyx --><?pi Zzyx?></a>", "<a><!-- • --><?pi •?></a>"),
            ("<a>{\"dob\":\"1962\"}</a>", "<a>{&quot;dob&quot;:&quot;•&quot;}</a>"),
            ("<a><![CDATA[{\"dob\":\"1\"}]]></a>", "<a><![CDATA[{\"dob\":\"•\"}]]></a>"),
            ("<a u='/x/9434765919'/>", "<a u='/x/%E2%80%A2%E2%80%A2%E2%80%A2%E2%80%A2%E2%80%A2%E2%80%A2'/>"),
        ],
    );
}

#[test]
fn tables_of_a_narrative() {
    table(
        Media::Xml,
        &[
            (
                "<t><table><thead><tr><th>Ward</th><th>Surname</th></tr></thead><tr><td>7B</td><td>Ada</td></tr></table></t>",
                "<t><table><thead><tr><th>Ward</th><th>Surname</th></tr></thead><tr><td>7B</td><td>•</td></tr></table></t>",
            ),
            (
                "<table><tr><td>Date of birth</td><td>1962</td></tr><tr><th>MRN</th><td>9</td></tr></table>",
                "<table><tr><td>Date of birth</td><td>•</td></tr><tr><th>MRN</th><td>•</td></tr></table>",
            ),
        ],
    );
}

#[test]
fn what_is_not_well_formed_is_withheld() {
    withheld(
        Media::Xml,
        &[
            "<a>",
            "<a></b>",
            "</a>",
            "<a b=c/>",
            "<a b='1'c='2'/>",
            "<a>&nbsp;</a>",
            "<a>&amp</a>",
            "<a><!-- </a>",
            "text",
            "<a/><b/>",
            "<a b=\"x/>",
            "<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>",
            "<a>\0</a>",
            "<1/>",
            "<a>&#0;</a>",
            "<!ELEMENT a>",
            "<a",
            "<a><![CDATA[x</a>",
        ],
    );
}

#[test]
fn a_second_parser_reads_the_same_structure() {
    let source =
        "<?xml version='1.0'?><d><patient><id extension='9'/><name>Zz</name></patient><t>943<b>4765919</b></t></d>";
    let got = every_split(&plan(), Media::Xml, source).unwrap();
    let shape = |text: &str| {
        let mut reader = quick_xml::Reader::from_str(text);
        let mut names = Vec::new();
        loop {
            let event = reader.read_event().unwrap();
            if let Event::Start(e) | Event::Empty(e) = &event {
                names.push(format!("<{:?}", e.name()));
                names.extend(e.attributes().map(|a| format!("{:?}", a.unwrap().key)));
            } else if let Event::End(e) = &event {
                names.push(format!("/{:?}", e.name()));
            } else if matches!(event, Event::Eof) {
                return names;
            }
        }
    };
    assert_eq!(shape(source), shape(&got));
}
