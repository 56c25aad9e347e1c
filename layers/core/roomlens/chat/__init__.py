"""Questions about listings, answered from what the photos show.

`conversations` keeps what was said, `history` is as much of it as an answer needs, `turns` has a message answered and
stores both, `feedback` is what people think of it, `replaying` asks again and `claims` compares. `composing` writes
sentences that each name the photos they rest on, with `measures` for daylight and condition, from `replies` and
`wording`.

`bedrock` has a language model answer instead: it looks things up with `tools`, and `bedrock_answer` says what of its
answer may be said.
"""
