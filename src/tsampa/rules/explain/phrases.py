"""The fixed sentences of explanations, in English and Chinese."""

from __future__ import annotations

from tsampa.schema import Label

__all__ = ["PHRASES"]

PHRASES: dict[str, Label] = {
    "colon": Label(": ", "："),
    "comma": Label(", ", "，"),
    "whose": Label("{who}: {says}", "{who}：{says}"),
    "above": Label("{says} (explained above)", "{says}（理由见上）"),
    "see_above": Label("explained above", "理由见上"),
    "given": Label("{says} (as assessed for the whole area)", "{says}（取自全区域测算结果）"),
    "registered": Label("{says} (as registered)", "{says}（登记内容）"),
    "deeper": Label("…", "……"),
    "row_more": Label("… and {many} more", "……另有{many}条"),
    "parameter": Label("{label}: {value}, in force since {since}", "{label}：{value}，自{since}起执行"),
    "no_entry": Label("{label} has no value for this case", "{label}没有适用于此情形的数值"),
    "compare": Label("{left} {relation} {right}", "{left}{relation}{right}"),
    "with_value": Label("{label} ({value})", "{label}（{value}）"),
    "short": Label("{says}: short by {gap}", "{says}，还差{gap}"),
    "over": Label("{says}: over by {gap}", "{says}，超出{gap}"),
    "unjudged": Label("whether {says} cannot be judged yet", "尚不能判断是否“{says}”"),
    "is_word": Label("{label} is {value}", "{label}为{value}"),
    "none_of": Label("there are no {rows}", "没有{rows}"),
    "unclear_row": Label("which of the {rows} counts cannot be told", "无法确定应以哪一条{rows}为准"),
    "taken": Label("taken from {row}", "依据：{row}"),
    "all_rows": Label("{says} (all {many})", "{says}（共{many}项，全部符合）"),
    "others": Label("{rows}: {many} in all", "{rows}：共{many}项"),
    "default": Label("{label} is unknown, so {default} is taken", "{label}未知，按{default}处理"),
    "no_link": Label("no {link} is known", "{link}不详"),
    "condition": Label("{says}: {value}", "{says}：{value}"),
    "by_rule": Label("therefore the rule leaves it unknown", "因此按规则为未知"),
    "weights": Label("weights of all {many} added up: {total}", "全部{many}户的权数合计：{total}"),
    "weights_any": Label("weights of all {many} added up: {total}", "全部{many}项的权数合计：{total}"),
    "weights_unknown": Label(
        "the weights of {many} of those who share are not known yet", "参与分配者中有{many}个的权数尚不清楚"
    ),
    "exact_part": Label(
        "{pool} × {weight} / {total}, rounded down: {base}", "{pool} × {weight} ÷ {total}，向下取整：{base}"
    ),
    "remainder": Label(
        "one more unit, {unit}: its remainder is among the largest", "余数排在前列，再加一个最小单位：{unit}"
    ),
    "bounds_unknown": Label(
        "the floor or cap of {many} of those who share is not known yet", "参与分配者中有{many}个的保底或封顶数尚不清楚"
    ),
    "floors_short": Label(
        "the floors of all add up to {total}, more than the pool, so that it is split in proportion to them",
        "全部保底数合计{total}，超出资金池，故按保底数比例分配",
    ),
    "caps_reached": Label(
        "the caps of all add up to no more than the pool: each gets its cap, here {part}, and {left} stays in the pool",
        "全部封顶数合计不超过资金池，各按封顶数分得，此处为{part}，余{left}留在池中",
    ),
    "floor_decides": Label(
        "in proportion it would be less than the floor, so the floor decides: {part}", "按比例不足保底数，故按保底数：{part}"
    ),
    "cap_decides": Label(
        "in proportion it would be more than the cap, so the cap decides: {part}", "按比例超过封顶数，故按封顶数：{part}"
    ),
    "floor_above_cap": Label("its floor is above its cap, so the cap counts", "保底数高于封顶数，以封顶数为准"),
    "bounds_fixed": Label(
        "{many} get their floor or cap; {rest} remains for the others, whose weights add up to {total}",
        "其中{many}个按保底或封顶数分得，余{rest}由其他各方分配，其权数合计{total}",
    ),
    "bounds_of_all": Label(
        "the floors and caps of all who share decide besides; its part is {part} (as assessed for the whole area)",
        "还取决于所有参与分配者的保底数和封顶数；所得份额为{part}（取自全区域测算结果）",
    ),
    "no_weight": Label("it has no weight, so it takes no part", "权数为零，不参与分配"),
    "no_weights": Label("nobody has a weight, so every part is nothing", "所有权数均为零，各份为零"),
    "need_more": Label("{label} would have to be at least {to} (now {now}, {gap} more)", "{label}须达到{to}（现为{now}，还差{gap}）"),
    "need_less": Label("{label} would have to be at most {to} (now {now}, {gap} less)", "{label}须降至{to}（现为{now}，超出{gap}）"),
    "need_above": Label("{label} would have to be more than {to} (now {now})", "{label}须大于{to}（现为{now}）"),
    "need_below": Label("{label} would have to be less than {to} (now {now})", "{label}须小于{to}（现为{now}）"),
    "need_word": Label("{label} would have to be {to} (now {now})", "{label}须为{to}（现为{now}）"),
    "need_fact": Label("{label} would have to be otherwise (now {now})", "{label}须有变化（现为{now}）"),
    "needs_rows": Label("needs: {rows}", "需补充：{rows}"),
    "needs_value": Label("needs: {label}", "需补充：{label}"),
    "or": Label(" or ", "或"),
    "years_old": Label("{age}", "{age}岁"),
}  # fmt: skip
