"""Everything SageMaker keeps and does in one region: builds each part once and joins them."""

from __future__ import annotations

from collections.abc import Callable

from mlpipe_sandbox.aws.events import Events
from mlpipe_sandbox.aws.execution.cache import StepCache
from mlpipe_sandbox.aws.execution.steps import StepKinds
from mlpipe_sandbox.aws.jobs.runtime import Runtime
from mlpipe_sandbox.aws.model import Model
from mlpipe_sandbox.aws.operations.executions import Executions
from mlpipe_sandbox.aws.operations.experiments import Experiments
from mlpipe_sandbox.aws.operations.groups import ModelPackageGroups
from mlpipe_sandbox.aws.operations.packages import ModelPackages
from mlpipe_sandbox.aws.operations.pipelines import Pipelines
from mlpipe_sandbox.aws.operations.processing import ProcessingJobs
from mlpipe_sandbox.aws.operations.search import Search
from mlpipe_sandbox.aws.operations.searchable import sources
from mlpipe_sandbox.aws.operations.table import Operation
from mlpipe_sandbox.aws.operations.tags import Tags
from mlpipe_sandbox.aws.operations.training import TrainingJobs
from mlpipe_sandbox.aws.operations.trial_components import TrialComponents
from mlpipe_sandbox.aws.operations.trials import Trials
from mlpipe_sandbox.aws.operations.tuning import TuningJobs
from mlpipe_sandbox.aws.place import Place
from mlpipe_sandbox.aws.shapes import Document
from mlpipe_sandbox.aws.store import Store


class Region:
    """SageMaker in one region."""

    def __init__(
        self,
        *,
        place: Place,
        store: Store,
        runtime: Runtime,
        model: Model,
        create_model: Callable[[Document], Document],
        listen: Callable[[Document], None] | None = None,
    ) -> None:
        """Join the parts; what an earlier sandbox left running gets its end, nothing runs yet."""
        tags = Tags(place, store)
        events = Events(place, listen)
        experiments = Experiments(place=place, store=store, tags=tags)
        trials = Trials(place=place, store=store, experiments=experiments, tags=tags)
        components = TrialComponents(place=place, store=store, trials=trials, tags=tags)
        processing = ProcessingJobs(
            place=place, store=store, runtime=runtime, tags=tags, changed=components.job_changed
        )
        training = TrainingJobs(
            place=place, store=store, runtime=runtime, tags=tags, changed=components.job_changed
        )
        tuning = TuningJobs(
            place=place,
            store=store,
            supervisor=runtime.supervisor,
            tags=tags,
            training=training,
        )
        groups = ModelPackageGroups(place=place, store=store, tags=tags)
        packages = ModelPackages(place=place, store=store, events=events, groups=groups, tags=tags)
        cache = StepCache(place, store)
        pipelines = Pipelines(
            place=place,
            store=store,
            model=model,
            transfer=runtime.transfer,
            tags=tags,
            cache=cache,
        )
        kinds = StepKinds(
            model=model,
            runtime=runtime,
            processing=processing,
            training=training,
            tuning=tuning,
            groups=groups,
            packages=packages,
            cache=cache,
            create_model=create_model,
        )
        self._executions = Executions(
            place=place,
            store=store,
            events=events,
            pipelines=pipelines,
            trials=trials,
            kinds=kinds,
        )
        search = Search(
            model=model,
            sources=sources(
                place=place, store=store, tags=tags, trials=trials, components=components
            ),
        )
        parts = (
            search,
            pipelines,
            self._executions,
            processing,
            training,
            tuning,
            groups,
            packages,
            experiments,
            trials,
            components,
        )
        self.sagemaker: dict[str, Operation] = {
            name: operation for part in parts for name, operation in part.operations().items()
        }
        """Operations of the service `sagemaker` that are ours; moto has the others."""
        self.tags: dict[str, Operation] = dict(tags.operations())
        """Tag operations, ours for the resources that are ours."""
        self.metrics: dict[str, Operation] = {"BatchPutMetrics": components.put_metrics}
        """Operations of the service `sagemaker-metrics`."""

        with store.lock:
            for each in (processing, training, tuning, self._executions):
                each.cut_off()

    def stop_all(self) -> None:
        """Ask every execution to stop."""
        self._executions.stop_all()

    def join(self) -> None:
        """Wait until every execution has written how it ended."""
        self._executions.join()
