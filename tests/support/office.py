"""Documents opened by other people's programs: LibreOffice and poppler, all files in one go, since starting them costs seconds."""

import subprocess
import tempfile
from pathlib import Path


def to_pdf(files, folder):
    """Each document as a PDF in the folder; what LibreOffice could not open is missing from the answer."""
    with tempfile.TemporaryDirectory(prefix="zengshou-office-") as profile:
        done = subprocess.run(["soffice", f"-env:UserInstallation=file://{profile}", "--headless", "--convert-to", "pdf", "--outdir", str(folder),
                               *map(str, files)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=300)
    made = {file: Path(folder) / (file.stem + ".pdf") for file in files}
    if done.returncode != 0:
        raise AssertionError(done.stderr.decode(errors="replace"))
    return {file: pdf for file, pdf in made.items() if pdf.exists()}


def pages(pdf):
    """The text of each page, laid out as it is on paper."""
    text = subprocess.run(["pdftotext", "-layout", str(pdf), "-"], stdout=subprocess.PIPE, check=True).stdout.decode()
    return text.split("\f")[:-1]


def size(pdf):
    """Of a page, in points."""
    said = subprocess.run(["pdfinfo", str(pdf)], stdout=subprocess.PIPE, check=True).stdout.decode()
    line = next(line for line in said.splitlines() if line.startswith("Page size"))
    return tuple(round(float(word)) for word in line.split()[2:5:2])
