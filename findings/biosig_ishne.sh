#!/usr/bin/env bash
# biosig 2.5.0 (Debian's biosig-tools 2.5.0-1+b1): the start of an ISHNE Holter recording is lost.
#
# Expected before the run: the count of samples that the header states, or one that is off by a block.
# Seen: of 12 leads with 5,000 samples each it reports 4,851, of 500 it reports 351, of 3 leads with
#   5,000 it reports 4,404, and says nothing: 3,574 bytes too few, as if the samples began where the
#   first block that was read from the disk ends (4,096) and not where the header says (522). 3,574 is
#   no multiple of 24 bytes, so that a frame of 12 leads would begin in the middle of another.
# Why it matters: annotations, R–R times and leads of such a file are shifted.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
apt-get download -q biosig-tools=2.5.0-1+b1 libbiosig3=2.5.0-1+b1 libdcmtk17 libtinyxml2.6.2v5 \
    > /dev/null 2>&1
for package in *.deb; do dpkg -x "$package" root; done
export LD_LIBRARY_PATH="$folder/root/usr/lib/$(dpkg --print-architecture | sed s/amd64/x86_64/)-linux-gnu"
python3 - <<'PY'
import binascii
import re
import struct
import subprocess

LEADS = tuple(range(5, 17))  # I, II, III, aVR, aVL, aVF, V1 to V6


def recording(samples, leads):
    unused = [-9] * (12 - leads)
    header = struct.pack(
        "<4ih40s40s20shh3h3h3h3hh", 0, samples, 522, 522, 1, b"", b"", b"", 1, 0,
        1, 1, 1980, 1, 1, 2020, 1, 1, 2020, 12, 0, 0, leads,
    )  # fmt: skip
    for numbers in (LEADS[:leads], [1] * leads, [1000] * leads):  # lead, quality, nV a step
        header += struct.pack("<12h", *numbers, *unused)
    header += struct.pack("<h40sh80s80s88s", 0, b"digital", 500, b"", b"", b"")
    checksum = struct.pack("<H", binascii.crc_hqx(header, 0xFFFF))
    return b"ISHNE1.0" + checksum + header + bytes(2 * samples * leads)


seen = {}
for samples, leads in ((5000, 12), (500, 12), (5000, 3)):
    with open("holter.ecg", "wb") as file:
        file.write(recording(samples, leads))
    told = subprocess.run(
        ["root/usr/bin/save2gdf", "-JSON", "holter.ecg"], capture_output=True, text=True
    ).stdout
    seen[samples, leads] = int(re.search(r'"NumberOfSamples"\s*:\s*(\d+)', told)[1])
print(seen)
assert seen == {(5000, 12): 4851, (500, 12): 351, (5000, 3): 4404}, "biosig counts otherwise"
PY
