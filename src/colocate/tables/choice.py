"""Tables of choice: criteria, contributions, scores and ranks."""

from __future__ import annotations

from colocate.tables.options import OPTION_STATUSES
from colocate.tables.schema import Column, Table

CONTRIBUTIONS = Table(
    "contributions",
    "Each criterion's raw value, its value on the fixed scale, and its share of the score.",
    key=("option_id", "criterion"),
    columns=(
        Column("option_id", "str", "Option."),
        Column("criterion", "str", "Criterion."),
        Column("raw", "float", "Measured value, in the criterion's unit.", null=True,
               disclosure="restricted"),
        Column("value", "float", "0 at worst, 1 at best on the study's fixed scale, to six "
               "decimals.", null=True, disclosure="restricted",
               at_least=0, at_most=1),
        Column("weight", "float", "Weight, all adding up to 1.", at_least=0, at_most=1),
        Column("contribution", "float", "weight × value × 100; missing contributes nothing and "
               "lowers completeness.", disclosure="restricted", at_least=0, at_most=100),
        Column("basis", "str", "What the raw value rests on: recorded in a register, computed "
               "from the network and the study's figures, assumed, or missing.",
               allowed=("recorded", "computed", "assumed", "missing")),
    ),
)

SCORES = Table(
    "scores", "Score, completeness, status and rank of every option.", key=("option_id",),
    columns=(
        Column("option_id", "str", "Option."),
        Column("status", "str", "existing, blocked, investigate or recommended.",
               allowed=OPTION_STATUSES),
        Column("score", "float", "Sum of contributions, 0 to 100.", disclosure="restricted",
               at_least=0, at_most=100),
        Column("completeness", "float", "Share of the weight whose value is known.", at_least=0,
               at_most=1),
        Column("rank_group", "int", "0: nothing fails and no fire crew moves; 1: nothing fails, "
               "but a fire crew's base would move, which the fire authority alone decides; 2: a "
               "gate fails.", at_least=0, at_most=2),
        Column("rank", "float", "1 is first: by rank_group, then score, then option_id; existing "
               "shares and touchdowns are not ranked.", null=True, at_least=1),
        Column("failed_gates", "str", "Gates that fail.", unit="list", null=True),
        Column("unknown_gates", "str", "Mandatory gates nobody knows.", unit="list", null=True),
    ),
)

TABLES = (CONTRIBUTIONS, SCORES)
