"""The language of the terminal, chosen once; click's own words are in the same catalogue."""

import gettext
import os
from functools import partial

from server.words.language import DOMAIN, FOLDER, language_of_locale, number, translate, translate_plural

LANGUAGE = language_of_locale(os.environ)
"""By LC_ALL, LC_MESSAGES and LANG."""

_ = partial(translate, LANGUAGE)
plural = partial(translate_plural, LANGUAGE)
counted = partial(number, LANGUAGE)

os.environ["LANGUAGE"] = LANGUAGE
gettext.bindtextdomain(DOMAIN, str(FOLDER))
gettext.textdomain(DOMAIN)
