"""The European Central Bank's daily file of exchange rates, as it is published."""

_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<gesmes:Envelope xmlns:gesmes="http://www.gesmes.org/xml/2002-08-01" \
xmlns="http://www.ecb.int/vocabulary/2002-08-01/eurofxref">
\t<gesmes:subject>Reference rates</gesmes:subject>
\t<gesmes:Sender>
\t\t<gesmes:name>European Central Bank</gesmes:name>
\t</gesmes:Sender>
\t<Cube>
"""


def ecb_file(day: str, **rates: str) -> bytes:
    """Write the file of a day; every rate is units for one euro."""
    cubes = "".join(
        f"\t\t\t<Cube currency='{code}' rate='{rate}'/>\n" for code, rate in rates.items()
    )
    dated = f'\t\t<Cube time="{day}">\n{cubes}\t\t</Cube>\n'
    return f"{_HEAD}{dated}\t</Cube>\n</gesmes:Envelope>\n".encode()
