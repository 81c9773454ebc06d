"""Autobahn's cases, read from the suite's sources.

The suite itself needs Python 2, which is on no current system. Its cases are small classes that describe what to
send and what to expect; they are loaded here with the few words of Python 2 in them translated.
"""

import binascii
import codecs
import pathlib
import re
import types

from client import Client

# Compression is not offered, and case 9.9 is not in the suite's own list.
LEFT_OUT = re.compile(r"case(12|13|9_9)_.*")


class Utf8Validator:
    """Like the suite's own validator: is the text valid so far, and does it end after a complete character?"""

    def reset(self):
        pass

    def validate(self, text):
        decoder = codecs.getincrementaldecoder("utf-8")()
        try:
            decoder.decode(text.encode("latin-1"))
        except UnicodeDecodeError:
            return False, False, 0, 0
        return True, not decoder.getstate()[0], 0, 0


def hex_of(text):
    return binascii.b2a_hex(text.encode("latin-1") if isinstance(text, str) else text).decode()


def translated(source):
    source = re.sub(r"^( *)print\b.*$", r"\1pass", source, flags=re.M)
    source = re.sub(r"^(from|import) .*$", "", source, flags=re.M)
    source = source.replace("(object, Case, )", "(Case, )").replace("binascii.b2a_hex", "hex_of")
    return source.replace(" / ", " // ")  # integers, in Python 2


def compare(self, one, other):
    return one == other  # pickles of equal texts may differ in Python 3


class Cases:
    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.names = {
            "xrange": range,
            "unichr": chr,
            "hex_of": hex_of,
            "WebSocketProtocol": Client,
            "Utf8Validator": Utf8Validator,
        }
        self.loaded = set()
        self._load("case")
        self.names["Case"].compare = compare
        for path in sorted(self.folder.glob("case[0-9]*.py")):
            if not LEFT_OUT.match(path.name):
                self._load(path.stem)

    # Of one file, and before it of those that it takes classes from.
    def _load(self, module):
        if module in self.loaded:
            return
        self.loaded.add(module)
        # A character for each byte: what is bytes in Python 2 stays what it is.
        source = (self.folder / f"{module}.py").read_text("latin-1")
        for needed in re.findall(r"^from (case\w*) import", source, flags=re.M):
            self._load(needed)
        names = types.SimpleNamespace(**self.names).__dict__
        names["__name__"] = module
        exec(compile(translated(source), f"{module}.py", "exec"), names)
        classes = {value.__name__: value for value in list(names.values()) if isinstance(value, type)}
        classes.update(self._in_lists(names))
        self.names.update({name: value for name, value in classes.items() if name.startswith("Case")})

    @staticmethod
    def _in_lists(names):
        lists = [value for name, value in names.items() if name.startswith("Case") and isinstance(value, list)]
        return {value.__name__: value for values in lists for value in values}

    def all(self):
        """The classes by their number, such as "2.10"."""
        classes = {
            name[len("Case") :].replace("_", "."): value
            for name, value in self.names.items()
            if re.fullmatch(r"Case[0-9_]+", name) and isinstance(value, type)
        }
        return dict(sorted(classes.items(), key=lambda item: [int(part) for part in item[0].split(".")]))
