"""What Search finds: each kind of resource that is kept here, with what is kept beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Final

from mlpipe_sandbox.aws.operations.executions import parameters_of
from mlpipe_sandbox.aws.operations.search import Source
from mlpipe_sandbox.aws.operations.tags import Tags
from mlpipe_sandbox.aws.operations.trial_components import TrialComponents
from mlpipe_sandbox.aws.operations.trials import Trials
from mlpipe_sandbox.aws.place import Place
from mlpipe_sandbox.aws.shapes import Document
from mlpipe_sandbox.aws.store import Store

_TAGGED: Final = {
    "Experiment": ("experiments", "ExperimentArn"),
    "ExperimentTrial": ("trials", "TrialArn"),
    "ModelPackage": ("model-packages", "ModelPackageArn"),
    "ModelPackageGroup": ("model-package-groups", "ModelPackageGroupArn"),
    "Pipeline": ("pipelines", "PipelineArn"),
    "TrainingJob": ("training-jobs", "TrainingJobArn"),
}
"""Kind of resource → its collection, and the member that holds its ARN."""


def sources(
    *, place: Place, store: Store, tags: Tags, trials: Trials, components: TrialComponents
) -> Mapping[str, Callable[[], Source]]:
    """How each kind is looked through; made anew for each search, which so sees one state."""

    def tagged(collection: str, arn: str) -> Source:
        documents = store.collection(place.collection(collection))
        return Source(documents, {"Tags": lambda document: tags.of(document[arn])})

    def trial_components() -> Source:
        parents = cache(trials.parents)
        return Source(
            store.collection(place.collection("trial-components")),
            {
                "Metrics": components.summaries,
                "Parents": lambda document: parents().get(document["TrialComponentName"], []),
                "Tags": lambda document: tags.of(document["TrialComponentArn"]),
            },
        )

    def executions() -> Source:
        plans = store.collection(place.collection("execution-plans"))

        def parameters(document: Document) -> list[Document]:
            return parameters_of(plans.get(document["PipelineExecutionArn"]) or {})

        documents = store.collection(place.collection("executions"))
        return Source(documents, {"PipelineParameters": parameters})

    return {
        "ExperimentTrialComponent": trial_components,
        "PipelineExecution": executions,
        **{kind: _bound(tagged, *where) for kind, where in _TAGGED.items()},
    }


def _bound(make: Callable[[str, str], Source], collection: str, arn: str) -> Callable[[], Source]:
    return lambda: make(collection, arn)
