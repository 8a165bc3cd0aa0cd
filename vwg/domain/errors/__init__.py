"""The house says no in a sentence. `field` is the form's field that the sentence stands beside.

A sentence that only volunteers meet stands in `desk`, every other one in `visitors`: that says in
which languages it is translated.
"""

from vwg.domain.errors.desk import *  # noqa: F403  one name for all who refuse
from vwg.domain.errors.rule import RuleBroken as RuleBroken
from vwg.domain.errors.visitors import *  # noqa: F403  likewise
