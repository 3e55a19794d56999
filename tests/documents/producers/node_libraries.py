"""Libraries of JavaScript that write PDF: pdfkit, jsPDF, pdf-lib, pdfmake. node/make.mjs holds the calls."""
import json
import pathlib

import letters
import markup
from producers import call, makes

HERE = pathlib.Path(__file__).resolve().parent.parent


def node(which, document, path):
    given = {"lines": markup.lines(document, 80), "blocks": document.blocks, "name": document.person.name, "font": "/usr/share/fonts/truetype/liberation/LiberationSans-Regular.ttf"}
    call("node", HERE / "node" / "make.mjs", which, path, feed=json.dumps(given).encode())


@makes("pdfkit", letters.radiology, "npm pdfkit, an embedded subset")
def pdfkit(document, path):
    node("pdfkit", document, path)


@makes("jspdf", letters.letter, "npm jsPDF, standard fonts")
def jspdf(document, path):
    node("jspdf", document, path)


@makes("pdf-lib", letters.form, "npm pdf-lib, object streams, real form fields with values and appearances")
def pdf_lib(document, path):
    node("pdf-lib", document, path)


@makes("pdfmake", letters.clinic_list, "npm pdfmake, a table over the page")
def pdfmake(document, path):
    node("pdfmake", document, path)
