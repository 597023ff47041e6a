#!/usr/bin/env python3
"""Makes the mails of this folder by Python's own email package, which knows nothing of mailtls.

  make.py    writes NAME.eml anew, beside itself

WORDS stands where a scanner shall find it; tests/mta/scanner.cpp says where that is.
"""
import os
import random
from email import policy
from email.message import EmailMessage

WORDS = "Wanted: the words of no other mail."
HERE = os.path.dirname(os.path.abspath(__file__))


def mail(**headers):
    out = EmailMessage(policy=policy.SMTP)
    out["From"], out["To"], out["Subject"] = "ann@acme.example", "bea@bell.example", "Q3"
    for name, value in headers.items():
        out[name] = value
    return out


def attached(cte, name="q3.bin", kind=("application", "octet-stream"), data=None):
    out = mail()
    out.set_content("See the file.\n")
    data = data if data is not None else ("Before\n" + WORDS + "\n").encode()
    out.add_attachment(data, *kind, filename=name, cte=cte)
    return out


def write(name, message):
    data = message if isinstance(message, bytes) else message.as_bytes()
    with open(os.path.join(HERE, name + ".eml"), "wb") as out:
        out.write(data)


def main():
    random.seed(1)  # boundaries
    plain = mail()
    plain.set_content(WORDS + "\n")
    write("plain", plain)
    quoted = mail()
    quoted.set_content("Grüße, " + "x" * 60 + " " + WORDS + "\n", cte="quoted-printable")
    write("quoted", quoted)
    coded = mail()
    coded.set_content("Grüße\n" + WORDS + "\n", cte="base64")
    write("base64", coded)
    write("attached", attached("base64"))
    both = mail()
    both.set_content("Nothing here.\n")
    both.add_alternative("<p>" + WORDS + "</p>\n", subtype="html", cte="quoted-printable")
    write("alternative", both)
    inner = attached("base64")
    outer = mail()
    outer.set_content("Forwarded.\n")
    outer.add_attachment(inner)
    write("forwarded", outer)
    archive = b"PK\x03\x04\x14\0" + b"\0" * 40
    write("zip", attached("base64", "q3.zip", ("application", "zip"), archive))
    sealed = mail()
    sealed.set_content(b"\x30\x80\x06\x09", "application", "pkcs7-mime", cte="base64",
                       params={"smime-type": "enveloped-data", "name": "smime.p7m"})
    write("sealed", sealed)
    whole = attached("base64").as_bytes()
    write("cut_off", whole[:whole.rindex(b"\r\n--")])


if __name__ == "__main__":
    main()
