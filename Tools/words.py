"""Prints the catalogue of all messages, templates/words/usher.pot, to standard output.

Messages are what templates mark with {{#t}} … {{/t}}, the sentences of the sources, and what en.po names:
the short names of workflow files and of the database, and pieces of sentences that no literal holds whole. Needs
nothing but Python 3; called by Tools/words.sh.
"""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
MARK = re.compile(r"\{\{#t(?: ([^}]+))?\}\}(.*?)\{\{/t\}\}", re.S)
#: Rooms whose sentences somebody may read in another language.
ROOMS = """Basics Records/** Onboarding/** Operations Remote Spreadsheet Storage/** Web/API Web/Server Web/Front Web/Clocks
    Web/Live Web/Pages/**""".split()
#: Sources of other rooms, whose sentences pages say, too.
SAID_BY_PAGES = "Directory/Decision Directory/Explanation".split()
#: What statements of SQL begin with.
SQL = re.compile(r"(ALTER|COALESCE|CREATE|DELETE|EXISTS|FROM|INSERT|SELECT|UPDATE)\b|NEW\.")
#: Sources whose sentences nobody but operators and authors of programs reads, and notes of histories.
UNSEEN = set(
    """APIDocument AuditChains AuditGap AuditSigning AuditVerification AuthorizationRequest ChainCheck CodeRedemption
    CopiedTable+Rows DatabaseCopy DefinitionLibrary KeyProof LogoutNotifier PersonClaims SignInAtApplication SignOut
    TokenAnswer TokenClient KeyChecks KeyRing LocalEffects Metrics MetricsRoutes Migration PageTemplates SavedSession
    ServerAddress RemoteServer Soundness SQLiteStore StorageFacts PostgreSQLStore PostgreSQLStore+Findings
    TrustedProxies Vacancies""".split()
)
#: What terminals say alone.
TERMINAL = """usher/**/* Onboarding/**/AuditChains Onboarding/**/AuditSigning
    Onboarding/**/AuditVerification Onboarding/**/ChainCheck
    Onboarding/**/KeyChecks Remote/RemoteServer Remote/SavedSession Remote/ServerAddress""".split()
#: Of that, the tools of those who write workflows and settings, the demonstration and the log, which are in English.
ENGLISH = re.compile(
    r"CopyCommand|Demo|Doctor|Examination|Graphviz|HeadDestinations|JSONLog|ServeCommand|Setting|Simulat|WorkflowVerdict|Configuration"
    r"|WorkflowDraw|WorkflowReplay|CatalogueCommands|InstalledFiles|MailExample|Relocation"
)
#: Calls whose literals are help, usage, logs and data.
SILENT = re.compile(r"@|CommandConfiguration|ArgumentHelp|CommandGroup|ValidationError|precondition|Logger|Data$|Output.(json|text)")
#: Calls that say even one word.
SAYING = re.compile(r"Output\.(line|heading|error)|TerminalLanguage\.words$|(fields\.add|Table|[pP]rintTable|list|print|ask|readSecret)$")
#: Sentences of histories, and of what cannot be asked for by a page.
NOT_SAID = {
    "Recorded by staff for the organization.",
    "The account is closed.",
    "The request %1 does not say which cloud to add.",
    "The request %1 does not say what it leaves.",
    "The request %1 does not say which program to give.",
    "The request %1 does not say which address to give.",
    "Not stated.",
    "Programs sign nobody in.",
    "Ask for some of: %1.",
    "Nobody has answered in time: begin anew.",
    "Nobody has answered yet.",
    "Ask every %1 seconds.",
    "The person refused.",
    "%1 belongs to somebody else.",
    "Others may use %1. Close it with: chmod 600 %2",
    "Bearer %1",
    "audit.sent %1",
    "audit.failed %1",
}


def literals(text):
    """Every string literal of a Swift source as it is put together, with % for what is inserted, and of which call."""
    found, current, start, depth, place, calls = [], None, 0, 0, 0, []
    while place < len(text):
        sign = text[place]
        place += 1
        if depth:
            depth += {"(": 1, ")": -1}.get(sign, 0)
        elif current is None:
            if text.startswith("//", place - 1):
                place = text.find("\n", place) % (len(text) + 1)
            elif sign == '"' and text.startswith('""', place):
                place = text.find('"""', place + 2) + 3
            elif sign == '"':
                # `"one half "` and, on the next line, `+ "the other"` are one sentence.
                joined = found and re.fullmatch(r"\s*\+\s*", text[found[-1][1] : place - 1])
                current, start = found.pop()[0] if joined else "", place
            elif sign == "(":
                calls.append(re.search(r"@?[\w.]*$", text[max(place - 80, 0) : place - 1])[0])
            elif sign == ")" and calls:
                calls.pop()
        elif sign == '"' or sign == "\n":
            # A name in brackets is the key of a value.
            if not (text[start - 2] == "[" and text[place] == "]"):
                found.append((current, place, calls[-1] if calls else ""))
            current = None
        elif sign == "\\" and text[place] == "(":
            current += "%"
            depth = 1
            place += 1
        elif sign == "\\":
            current += text[place]
            place += 1
        else:
            current += sign
    return [(numbered(literal), call) for literal, _, call in found]


def numbered(sentence):
    """`There is no % %.` as `There is no %1 %2.`"""
    pieces = sentence.split("%")
    return pieces[0] + "".join(f"%{number}{piece}" for number, piece in enumerate(pieces[1:], 1))


def entries(path):
    """Context, message, plural and translation of each entry of a catalogue, in order."""
    field, entry = None, {}
    for line in path.read_text("utf-8").split("\n") + [""]:
        head = re.match(r'(msgctxt|msgid_plural|msgid|msgstr)(?:\[0\])? "(.*)"$', line)
        if head:
            field = head[1]
            entry[field] = head[2]
        elif line.startswith('"') and field:
            entry[field] += line[1:-1]
        elif not line and entry:
            yield tuple(plain(entry.get(key)) for key in ("msgctxt", "msgid", "msgid_plural", "msgstr"))
            field, entry = None, {}


def plain(text):
    return text and re.sub(r"\\(.)", lambda sign: {"n": "\n", "t": "\t"}.get(sign[1], sign[1]), text)


def quoted(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t") + '"'


def main():
    places, notes = {}, {}

    def add(context, message, plural, place, note=None):
        places.setdefault((context, message, plural), []).append(place)
        if note:
            notes[context, message, plural] = note

    for path in sorted((ROOT / "templates").glob("*/*.mustache")):
        for context, marked in MARK.findall(path.read_text("utf-8")):
            message, _, plural = marked.partition("{{|}}")
            add(context or None, message, plural or None, path.relative_to(ROOT))
    for room in [f"{room}/*" for room in ROOMS] + SAID_BY_PAGES:
        for path in sorted((ROOT / "Sources").glob(f"{room}.swift")):
            for sentence, _ in literals(path.read_text("utf-8")):
                is_sentence = re.match(r"[A-Z%].* .*[.?!)]$", sentence) and not re.fullmatch(r"(%\d|\W)*", sentence)
                if is_sentence and path.stem not in UNSEEN and sentence not in NOT_SAID and not SQL.match(sentence):
                    add("sentence", sentence, None, path.relative_to(ROOT))
                    if "--" in sentence:
                        add("terminal", sentence, None, path.relative_to(ROOT))
    for room in TERMINAL:
        for path in sorted((ROOT / "Sources").glob(f"{room}.swift")):
            for sentence, call in literals(path.read_text("utf-8")):
                letters = "[A-Za-z]" if SAYING.search(call) else "[a-z][:,]? |[:,] [a-z]"
                says = re.search(letters, re.sub(r"%\d|usher: ", "", sentence)) and sentence not in NOT_SAID
                is_known = ("sentence", sentence, None) in places
                if says and not is_known and not SILENT.match(call) and not ENGLISH.search(path.stem):
                    add("terminal", sentence, None, path.relative_to(ROOT))
    english = ROOT / "templates/words/en.po"
    for context, message, plural, text in entries(english):
        if message:
            add(context, message, plural, english.relative_to(ROOT), text)

    out = sys.stdout
    out.write('msgid ""\nmsgstr ""\n')
    for line in ["Project-Id-Version: usher", "MIME-Version: 1.0", "Content-Type: text/plain; charset=UTF-8"]:
        out.write(quoted(line + "\n") + "\n")
    out.write('"Content-Transfer-Encoding: 8bit\\n"\n')
    for (context, message, plural), where in places.items():
        out.write("\n")
        note = notes.get((context, message, plural))
        if note and note != message:
            out.write(f"#. {note}\n")
        for place in sorted(set(map(str, where))):
            out.write(f"#: {place}\n")
        if context:
            out.write(f"msgctxt {quoted(context)}\n")
        out.write(f"msgid {quoted(message)}\n")
        if plural:
            out.write(f'msgid_plural {quoted(plural)}\nmsgstr[0] ""\nmsgstr[1] ""\n')
        else:
            out.write('msgstr ""\n')


main()
