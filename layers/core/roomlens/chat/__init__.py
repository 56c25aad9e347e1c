"""Questions about listings, answered from what the photos show.

`conversations` keeps what was said, `turns` finds the photos and stores the answer, `composing` writes sentences that
each name the photos they rest on, with `measures` for daylight and condition, from `replies` and `wording`.
"""
