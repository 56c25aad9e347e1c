"""One step of the state machine: says whether a text is long."""


def handler(event, context):
    if event["words"] < 0:
        raise ValueError("a text can't have fewer words than none")
    return "long" if event["words"] > 100 else "short"
