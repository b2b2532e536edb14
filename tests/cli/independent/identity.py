"""What a Chinese identity number says, written from the standards alone so that the tests do not lean on the program: GB 11643-1999 (18
characters: division, birth date, sequence, check character) and the disability certificate, which is that number with the kind
of disability, its grade and perhaps a count of reissues behind it (20 or 22 characters)."""

import datetime

PROVINCES = {11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34, 35, 36, 37, 41, 42, 43, 44, 45, 46, 50, 51, 52, 53, 54, 61, 62, 63, 64, 65,
             71, 81, 82, 83}
LENGTHS = (18, 20, 22)


def digits(text):
    return text.isascii() and text.isdigit()


def readable(number):
    return number is not None and len(number) in LENGTHS and number.isascii()


def birth(number):
    """ISO date of the digits 7 to 14, or None."""
    if not readable(number) or not digits(number[6:14]):
        return None
    try:
        day = datetime.date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None
    return day.isoformat() if 1800 <= day.year <= 2200 else None


def male(number):
    if not readable(number) or not digits(number[16]):
        return None
    return int(number[16]) % 2


def check_character(seventeen):
    """ISO 7064 MOD 11-2: the weights are the powers of two modulo 11, counted from the right."""
    total = sum(int(digit) * pow(2, 17 - place, 11) for place, digit in enumerate(seventeen))
    return "10X98765432"[total % 11]


def valid(number):
    if number is None:
        return None
    if len(number) != 18 or not digits(number[:17]) or birth(number) is None:
        return 0
    if int(number[:2]) not in PROVINCES and number[0] != "9":
        return 0
    return int(number[17].upper() == check_character(number[:17]))


def disability_grade(number):
    if not readable(number) or not digits(number[18:20]):
        return None
    kind, grade = int(number[18]), int(number[19])
    return grade if 1 <= kind <= 7 and 1 <= grade <= 4 else None


def register(connection):
    for function in (birth, male, valid, disability_grade):
        connection.create_function(f"id_{function.__name__}", 1, function, deterministic=True)
