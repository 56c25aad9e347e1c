"""Questions about listings, answered from what the photos show.

`conversations` keeps what was said, `history` is as much of it as an answer needs, `turns` has a message answered and
stores both, `feedback` is what people think of it, `replaying` asks again and `claims` compares.

`embedded` answers without a language model. `questions` reads what is asked (`spelling`, `phrases`, `intents`,
`periods`), `followups` adds what was said before, and `retrieving` looks up photos, rooms and changes. `composing`
writes sentences that each name the photos they rest on: about `rooms`, `things`, `measures`, what was `changing`, what
is worth `improving` (with `advice`), and `several` listings; of `homes`, `replies` and `wording`.

`bedrock` has a language model answer instead: it looks things up with `tools`, and `bedrock_answer` says what of its
answer may be said.
"""
