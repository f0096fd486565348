"""Keys under which two spellings of one person, number or company meet. Pure functions, no Django.

Each function takes what somebody typed and returns a short text that is equal for equal things, or None when
the text holds no such thing. Keys are for comparing, never for showing.
"""

import re
import unicodedata
from functools import cache, lru_cache

import idna
import phonenumbers


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


GMAIL = frozenset({"gmail.com", "googlemail.com"})

# Mail providers anybody can have an address at: the domain says nothing about the company.
FREE_MAIL = _set(
    """
    gmail.com googlemail.com yahoo.com yahoo.co.id yahoo.co.uk yahoo.com.sg yahoo.com.au
    yahoo.com.my yahoo.co.jp yahoo.fr yahoo.de yahoo.in ymail.com rocketmail.com hotmail.com
    hotmail.co.id hotmail.co.uk hotmail.fr outlook.com outlook.co.id live.com msn.com icloud.com
    me.com mac.com aol.com gmx.com gmx.de gmx.net web.de mail.com mail.ru yandex.com yandex.ru
    proton.me protonmail.com pm.me tutanota.com zoho.com fastmail.com qq.com 163.com 126.com
    naver.com plasa.com telkom.net indo.net.id cbn.net.id rediffmail.com hey.com
    """
)

# Sites where every company is a guest: a page there is no domain of its own.
SHARED_HOSTS = _set(
    """
    facebook.com fb.com m.facebook.com instagram.com linkedin.com id.linkedin.com twitter.com x.com
    youtube.com youtu.be tiktok.com wa.me api.whatsapp.com t.me linktr.ee bit.ly tokopedia.com
    shopee.co.id bukalapak.com lazada.co.id gofood.co.id sites.google.com docs.google.com
    drive.google.com maps.google.com goo.gl
    """
)

LEGAL_BEFORE = _set("pt cv ud pd fa firma perum perumda perseroda nv")
LEGAL_AFTER = LEGAL_BEFORE | _set(
    """
    tbk persero inc incorporated ltd limited llc llp lp plc gmbh mbh ag kg se sa sas sarl srl spa bv
    ab oy as corp corporation co company pte pty sdn bhd kk
    """
)
AND_WORDS = frozenset({"and", "dan", "et", "und"})

HONORIFICS = _set(
    """
    bapak bpk pak ibu bu sdr sdri saudara saudari mas mbak kak mr mrs ms miss mx sir madam dr drs
    dra drg ir prof hj haji hajah kh ust ustadz herr frau
    """
)
DEGREES = _set(
    """
    se st si sh sp spd ssi skom skm sked sfarm sikom sip ssos ssn sag spt stp mm mt mh mba msc ma
    mkom mpd msi mkes mak mag mhum mfarm mstat mars phd bsc ba beng bba dba ak ca cpa cfa cfp pmp jr
    sr ii iii iv
    """
)

_PLAIN_EMAIL = re.compile(
    r"[a-z0-9!#$%&'*/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*/=?^_`{|}~-]+)*(\+[^@\s<>,;\"]*)?"
    r"@((?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z](?:[a-z0-9-]*[a-z0-9]))"
).fullmatch
_ANGLE = re.compile(r"<([^<>]+)>").search
_LOCAL = re.compile(r"[^\s@<>,;:\"()\[\]\\.]+(?:\.[^\s@<>,;:\"()\[\]\\.]+)*").fullmatch
_PLAIN_DOMAIN = re.compile(
    r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])"
).fullmatch
_SCHEME = re.compile(r"^(?:[a-z][a-z0-9+.-]*:)?//|^mailto:")

_PHONE_NOISE = str.maketrans("", "", " -.()\u00a0\u2010\u2011\u2012\u2013\t")
_MOBILE_ID = re.compile(r"(?:\+620?|620?|0)?(8[1-35-9][0-9]{7,10})").fullmatch
_BARE_62 = re.compile(r"620?8[1-9][0-9]{7,}").fullmatch
_PLUS = re.compile(r"\+([1-9][0-9]{6,16})").fullmatch
_NUMBER_KINDS = (
    "fixed_line",
    "mobile",
    "toll_free",
    "premium_rate",
    "shared_cost",
    "personal_number",
    "voip",
    "pager",
    "uan",
    "voicemail",
)

_INITIALS = re.compile(r"\b(?:[a-z]\.){2,}[a-z]?(?![a-z])|\b[a-z](?:\.[a-z])+\b")
_WORDS = re.compile(r"[^\W_]+").findall
_JOINERS = str.maketrans("", "", "'’`´")


@lru_cache(maxsize=16_384)
def email_key(text: str) -> str | None:
    """Key of an e-mail address: lower case, ASCII domain, no +tag, no dots in a Gmail name."""
    text = text.strip().lower()
    if found := _PLAIN_EMAIL(text):
        domain = found[2]
        if found[1] is None and domain not in GMAIL:
            return text
        local = text[: -len(domain) - 1]
    else:
        if angle := _ANGLE(text):
            text = angle[1].strip()
        local, at, host = text.removeprefix("mailto:").rpartition("@")
        if not at or not _LOCAL(local) or (domain := _ascii_domain(host) or "") == "":
            return None
        local = unicodedata.normalize("NFC", local)
    local = local.partition("+")[0]
    if domain in GMAIL:
        local, domain = local.replace(".", ""), "gmail.com"
    return f"{local}@{domain}" if local else None


@lru_cache(maxsize=16_384)
def phone_key(text: str, region: str = "ID") -> str | None:
    """E.164 form of a phone number ("0812-3456-7890" → "+6281234567890"); None if it is no valid number.

    Parameters
    ----------
    text : the number as typed; an extension is dropped
    region : ISO country code that numbers without "+" belong to

    Notes
    -----
    Agrees with `phonenumbers` except that 628…, as messengers print Indonesian mobiles, is read as +628…, and
    that 00 stands for + in every region.
    """
    plain = text.translate(_PHONE_NOISE)
    if region == "ID" and (mobile := _MOBILE_ID(plain)):
        return "+62" + mobile[1]
    if (plus := _PLUS(plain)) and _is_plainly_valid(plus[1]):
        return plain
    if region == "ID" and _BARE_62(plain):
        text = "+" + plain
    key = _parsed(text, region)
    if key is None and plain.startswith("00"):
        key = _parsed("+" + plain[2:], region)
    return key


def domain_key(text: str) -> str | None:
    """Domain in a URL, host name or address, without www; None for free mail and shared sites."""
    text = text.strip().lower()
    if not _PLAIN_DOMAIN(text):
        text = _SCHEME.sub("", text)
        for end in "/?#":
            text = text.partition(end)[0]
        text = text.rpartition("@")[2].partition(":")[0].rstrip(".")
        if not (text := _ascii_domain(text) or ""):
            return None
    if text.startswith("www.") and text.count(".") > 1:
        text = text[4:]
    return None if text in FREE_MAIL or text in SHARED_HOSTS else text


@lru_cache(maxsize=16_384)
def name_key(text: str) -> str | None:
    """Key of a company: no case, accents, punctuation, legal form ("PT. Maju Jaya, Tbk" → "maju jaya")."""
    words = _words(text)
    first, last = 0, len(words)
    while first < last and words[first] in LEGAL_BEFORE:
        first += 1
    while first < last and words[last - 1] in LEGAL_AFTER:
        last -= 1
    kept = words[first:last] or words
    if len(kept) > 2:
        kept = [kept[0], *(word for word in kept[1:-1] if word not in AND_WORDS), kept[-1]]
    return " ".join(kept) or None


def tight_key(text: str) -> str | None:
    """`name_key` without its spaces, so that "GTX Pro" and "GTXPro" meet."""
    key = name_key(text)
    return key and key.replace(" ", "")


@lru_cache(maxsize=16_384)
def person_key(text: str) -> str | None:
    """Key of a person's name: no case, accents, honorifics or degrees; "Santoso, Budi" → "budi santoso"."""
    if "," in text:
        before, _, after = text.partition(",")
        if not all("." in part or DEGREES.issuperset(_words(part)) for part in after.split(",")):
            first_names = after.partition(",")[0]
            text = f"{first_names} {before}" if len(_words(before)) == 1 else f"{before} {first_names}"
        else:
            text = before
    words = _words(text)
    first, last = 0, len(words)
    while first < last - 1 and words[first] in HONORIFICS:
        first += 1
    while first < last - 2 and words[last - 1] in DEGREES:
        last -= 1
    return " ".join(words[first:last]) or None


def _words(text: str) -> list[str]:
    if text.isascii():
        text = text.lower()
    else:
        text = unicodedata.normalize("NFKD", text.casefold())
        text = "".join(c for c in text if not unicodedata.combining(c)).casefold().translate(_JOINERS)
    if "." in text:
        text = _INITIALS.sub(lambda initials: initials[0].replace(".", "") + " ", text)
    return _WORDS(text.replace("'", "") if "'" in text else text)


def _ascii_domain(host: str) -> str | None:
    """The host in ASCII (IDNA, UTS 46), or None when it is no domain name."""
    host = host.strip().lower()
    if not host.isascii():
        try:
            host = idna.encode(host, uts46=True).decode("ascii")
        except (idna.IDNAError, UnicodeError):
            return None
    return host if len(host) < 254 and _PLAIN_DOMAIN(host) else None


def _parsed(text: str, region: str) -> str | None:
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _is_plainly_valid(digits: str) -> bool:
    """Whether these digits after "+" are a valid number that parsing leaves as it is (False: not known)."""
    for length in (2, 1, 3):
        if rule := _rule_of(digits[:length]):
            is_valid, needs_parsing = rule
            rest = digits[length:]
            return is_valid(rest) is not None and (needs_parsing is None or needs_parsing(rest) is None)
    return False


@cache
def _rule_of(code: str):
    """How numbers of a calling code look: (matches a valid number, matches what parsing may rewrite)."""
    regions = phonenumbers.COUNTRY_CODE_TO_REGION_CODE.get(int(code))
    if not regions or regions[0] == "001":
        return None
    country = phonenumbers.PhoneMetadata.metadata_for_region(regions[0])
    if country is None or country.general_desc is None or country.leading_digits is not None:
        return None
    kinds = []
    for kind in _NUMBER_KINDS:
        desc = getattr(country, kind)
        if desc is not None and desc.national_number_pattern and desc.possible_length:
            lengths = "|".join(f"(?=.{{{length}}}$)" for length in desc.possible_length if length > 0)
            kinds.append(f"(?:{lengths})(?:{desc.national_number_pattern})")
    if not kinds:
        return None
    general = country.general_desc.national_number_pattern
    is_valid = re.compile(f"(?=(?:{general})$)(?!0)(?:{'|'.join(kinds)})").fullmatch
    rewritten = country.national_prefix_for_parsing
    return is_valid, re.compile(f"(?:{rewritten})").match if rewritten else None
