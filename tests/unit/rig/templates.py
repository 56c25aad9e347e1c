"""Small templates for tests, written as the resources alone."""

from pathlib import Path
from textwrap import dedent, indent

from rig.stack import Stack
from rig.template import load_stack


def written(folder: Path, resources: str) -> Stack:
    """The stack of a template with these resources (YAML)."""
    path = folder / "template.yaml"
    path.write_text(
        "Transform: AWS::Serverless-2016-10-31\nResources:\n" + indent(dedent(resources), "  "), encoding="utf-8"
    )
    return load_stack(path)


def machine_of(folder: Path, calls: str, allows: list[str]) -> Stack:
    """Functions `One` and `Two`, and a state machine that invokes one of them and may invoke those it is allowed."""
    policies = ", ".join(f"{{LambdaInvokePolicy: {{FunctionName: !Ref {name}}}}}" for name in allows)
    return written(
        folder,
        f"""
        One: {{Type: AWS::Serverless::Function, Properties: {{CodeUri: ., Handler: a.b, Runtime: python3.11}}}}
        Two: {{Type: AWS::Serverless::Function, Properties: {{CodeUri: ., Handler: a.b, Runtime: python3.11}}}}
        Machine:
          Type: AWS::Serverless::StateMachine
          Properties:
            Policies: [{policies}]
            Definition:
              StartAt: Split
              States:
                Split:
                  Type: Parallel
                  End: true
                  Branches:
                    - StartAt: Call
                      States:
                        Call:
                          Type: Task
                          Resource: "arn:aws:states:::lambda:invoke"
                          Parameters: {{FunctionName: !GetAtt {calls}.Arn}}
                          End: true
        """,
    )
