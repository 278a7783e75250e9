"""The definitions of a pipeline: *Train*, *Evaluate* and *Sweep*.

Train:    Resolve → Prepare → Train → Evaluate → CheckGate → Register | Fail
Evaluate: Resolve → Prepare → Evaluate → CheckGate → (nothing) | Fail
Sweep:    Prepare → Tune

Importing this module imports SageMaker's SDK: do it inside `sdk.offline()`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

from sagemaker.core.workflow.conditions import ConditionEquals
from sagemaker.core.workflow.execution_variables import ExecutionVariables
from sagemaker.core.workflow.functions import Join, JsonGet
from sagemaker.core.workflow.parameters import (
    Parameter,
    ParameterFloat,
    ParameterInteger,
    ParameterString,
)
from sagemaker.core.workflow.pipeline_context import PipelineSession
from sagemaker.core.workflow.properties import PropertyFile
from sagemaker.mlops.workflow.condition_step import ConditionStep
from sagemaker.mlops.workflow.fail_step import FailStep
from sagemaker.mlops.workflow.pipeline import Pipeline
from sagemaker.mlops.workflow.pipeline_experiment_config import PipelineExperimentConfig
from sagemaker.mlops.workflow.steps import ProcessingStep, Step, TrainingStep

from core.domain import Kind
from core.parameters import DAY, LABEL_AGE, SCORED_DAYS, STARTED_BY, VERSIONS, ParameterType
from core.results import ANALYSIS, EVALUATION, GATE, days_prefix
from deploy.pipeline import sdk
from deploy.pipeline.jobs import Expression, Jobs, RegisterStep, TuneStep, local
from deploy.pipeline.plan import HYPERPARAMETERS, MANIFEST, Plan
from deploy.pipeline.recipe import joined
from deploy.pipeline.registration import Lineage, Registration
from deploy.pipeline.tuning import tuning_request

RESOLVE: Final = "Resolve"
PREPARE: Final = "Prepare"
TRAIN: Final = "Train"
TUNE: Final = "Tune"
EVALUATE: Final = "Evaluate"
CHECK_GATE: Final = "CheckGate"
REGISTER: Final = "Register"
FAIL: Final = "Fail"

_GATE_FILE: Final = PropertyFile(name="Gate", output_name="results", path=GATE)
_TYPES: Final = {
    ParameterType.DAY: ParameterString,
    ParameterType.STRING: ParameterString,
    ParameterType.INTEGER: ParameterInteger,
    ParameterType.FLOAT: ParameterFloat,
}


class Definer:
    """Turns plans into definitions (JSON of version 2020-12-01, as SageMaker stores them).

    Offline: neither credentials nor an endpoint are used.
    """

    def __init__(self) -> None:
        with sdk.offline():
            self._session = sdk.open_session()

    def __call__(self, plan: Plan) -> dict[str, Any]:
        """The definition of one pipeline in one environment."""
        with sdk.offline():
            return _Builder(plan, self._session).definition()


class _Builder:
    """Builds one definition; each method makes one step."""

    def __init__(self, plan: Plan, session: PipelineSession) -> None:
        self._plan = plan
        self._session = session
        self._jobs = Jobs(plan.environment, session)
        self._parameters: dict[str, Parameter] = {
            parameter.name: _TYPES[parameter.type](
                name=parameter.name, default_value=parameter.default
            )
            for parameter in plan.parameters
        }

    def definition(self) -> dict[str, Any]:
        pipeline = Pipeline(
            name=self._plan.name,
            parameters=list(self._parameters.values()),
            # Given always: by itself the SDK sets it in its own list of regions only and leaves it
            # out elsewhere without a word, and it would name the experiment after the pipeline.
            pipeline_experiment_config=PipelineExperimentConfig(
                self._plan.experiment, ExecutionVariables.PIPELINE_EXECUTION_ID
            ),
            steps=list(self._steps()),
            sagemaker_session=self._session,
        )
        found: dict[str, Any] = json.loads(pipeline.definition())
        return found

    def _steps(self) -> Iterator[Step]:
        if self._plan.kind is Kind.SWEEP:
            prepare = self._prepare()
            yield from (prepare, self._tune(prepare))
            return
        resolve = self._resolve()
        yield resolve
        prepare = self._prepare()
        yield prepare
        train = self._train(prepare) if self._plan.kind is Kind.TRAIN else None
        if train is not None:
            yield train
        evaluate = self._evaluate(resolve, prepare, train)
        yield evaluate
        yield self._check_gate(evaluate, train)

    def _resolve(self) -> ProcessingStep:
        plan = self._plan
        again = ["--versions", self._text(VERSIONS)] if VERSIONS in self._parameters else []
        return self._jobs.processing(
            RESOLVE,
            arguments=[
                *("--pipeline", plan.pipeline.name, "--environment", plan.environment.name),
                *("--day", self._text(DAY), "--kind", plan.kind.value),
                *again,
                *("--group", plan.group, "--production-group", plan.production_group),
                *("--reference-version", plan.reference, "--experiment", plan.experiment),
                *("--run", ExecutionVariables.PIPELINE_EXECUTION_ID),
                *("--execution-arn", ExecutionVariables.PIPELINE_EXECUTION_ARN),
                *("--execution-started", ExecutionVariables.START_DATETIME),
                *("--started-by", self._text(STARTED_BY)),
                *("--code-commit", plan.code_commit, "--image", plan.environment.image),
                *self._given_parameters(),
                *("--output", local("resolved")),
            ],
            inputs={},
            outputs={"resolved": self._work("resolved")},
        )

    def _prepare(self) -> ProcessingStep:
        sweeps = self._plan.kind is Kind.SWEEP
        # Of a sweep the days that are scored lie among the others.
        scored: list[Expression] = (
            ["--scored-days", self._text(SCORED_DAYS)] if sweeps else ["--day-rows", local("day")]
        )
        window: list[Expression] = []
        outputs = {} if sweeps else {"day": self._work("day")}
        if self._plan.kind is not Kind.EVALUATE:
            window = [
                *("--window-days", self._text("WindowDays")),
                *("--validation-days", self._text("ValidationDays")),
                *("--train", local("train")),
            ]
            outputs["train"] = self._work("train")
        return self._jobs.processing(
            PREPARE,
            arguments=[
                *("--manifest", f"{local('config')}/{MANIFEST}"),
                *("--lake", self._plan.pipeline.lake, "--day", self._text(DAY)),
                *("--label-age", self._text(LABEL_AGE)),
                *("--execution-started", ExecutionVariables.START_DATETIME),
                *window,
                *scored,
            ],
            inputs={"config": self._plan.inputs},
            outputs=outputs,
            # It takes nothing from Resolve, which has made the execution's trial by then: an
            # execution that fails here is found among the trials with all of its parameters.
            after=[] if sweeps else [RESOLVE],
        )

    def _tune(self, prepare: ProcessingStep) -> TuneStep:
        run = ExecutionVariables.PIPELINE_EXECUTION_ID
        request = tuning_request(
            self._plan,
            text=self._text,
            channels={"train": _output(prepare, "train"), "config": self._plan.inputs},
            output=_below(self._plan.folder("models"), run),
        )
        return TuneStep(TUNE, request)

    def _train(self, prepare: ProcessingStep) -> TrainingStep:
        data = "/opt/ml/input/data"
        return self._jobs.training(
            TRAIN,
            arguments=[
                *("--rows", f"{data}/train", "--manifest", f"{data}/config/{MANIFEST}"),
                *("--hyperparameters", "/opt/ml/input/config/hyperparameters.json"),
                *("--model", "/opt/ml/model"),
            ],
            channels={"train": _output(prepare, "train"), "config": self._plan.inputs},
            hyperparameters={
                parameter.name: self._text(parameter.name) for parameter in HYPERPARAMETERS
            },
            output=_below(self._plan.folder("models"), ExecutionVariables.PIPELINE_EXECUTION_ID),
        )

    def _evaluate(
        self, resolve: ProcessingStep, prepare: ProcessingStep, train: TrainingStep | None
    ) -> ProcessingStep:
        inputs = {
            "config": self._plan.inputs,
            "day": _output(prepare, "day"),
            "resolved": _output(resolve, "resolved"),
        }
        trained: list[Expression] = []
        if train is not None:
            inputs["model"] = train.properties.ModelArtifacts.S3ModelArtifacts
            # Of the window only what is said about it, not its rows.
            inputs["train"] = _below(_output(prepare, "train"), "window.json")
            trained = ["--model", local("model"), "--train", local("train")]
        return self._jobs.processing(
            EVALUATE,
            arguments=[
                *("--manifest", f"{local('config')}/{MANIFEST}"),
                *("--day-rows", local("day"), "--resolved", local("resolved")),
                *trained,
                *("--minimum-rows", self._text("MinimumRows")),
                *("--output", local("results")),
            ],
            inputs=inputs,
            outputs={"results": self._results},
            property_files=[_GATE_FILE],
        )

    def _check_gate(self, evaluate: ProcessingStep, train: TrainingStep | None) -> ConditionStep:
        """The gate is a condition after the evaluation, so that its results are there either way.

        `Fail` says the gate's own sentence. AWS documents JsonGet for conditions and shows Join
        with parameters in ErrorMessage; that JsonGet is resolved in the arguments of other steps
        too is what the SDK's integration tests rely on (a Tuning step's static hyperparameter).
        """
        return ConditionStep(
            name=CHECK_GATE,
            conditions=[ConditionEquals(left=_gate(evaluate, "passed"), right=True)],
            if_steps=[self._register(train)] if train is not None else [],
            else_steps=[FailStep(name=FAIL, error_message=_gate(evaluate, "reason"))],
        )

    def _register(self, train: TrainingStep) -> RegisterStep:
        plan = self._plan
        registration = Registration(
            group=plan.group,
            image=plan.environment.image,
            model_data=train.properties.ModelArtifacts.S3ModelArtifacts,
            evaluation=_below(self._results, EVALUATION),
            analysis=_below(self._results, ANALYSIS),
            lineage=Lineage(
                day=self._text(DAY),
                execution_arn=ExecutionVariables.PIPELINE_EXECUTION_ARN,
                code_commit=plan.code_commit,
                image=plan.environment.image,
                recipe=Join(on="", values=list(joined(plan.recipe, self._parameters))),
                started_by=self._text(STARTED_BY),
            ),
        )
        return RegisterStep(REGISTER, registration.request())

    def _given_parameters(self) -> Iterator[Expression]:
        for name, parameter in self._parameters.items():
            yield "--parameter"
            yield Join(on="=", values=[name, parameter])

    def _text(self, name: str) -> Expression:
        """A parameter as text, which is all that arguments and hyperparameters take."""
        parameter = self._parameters[name]
        return parameter if isinstance(parameter, ParameterString) else parameter.to_string()

    def _work(self, folder: str) -> Expression:
        """What only this execution's later steps read: a lifecycle rule may expire `work/`."""
        return _below(self._plan.folder("work"), ExecutionVariables.PIPELINE_EXECUTION_ID, folder)

    @property
    def _results(self) -> Expression:
        """Where the day's results lie: the place that `core.results.run_prefix` names."""
        plan = self._plan
        days = f"s3://{plan.environment.bucket}/{days_prefix(plan.pipeline.name)}".rstrip("/")
        return _below(days, self._parameters[DAY], ExecutionVariables.PIPELINE_EXECUTION_ID)


def _below(folder: Expression, *parts: Expression) -> Join:
    values = folder.values if isinstance(folder, Join) else [folder]
    return Join(on="/", values=[*values, *parts])


def _output(step: ProcessingStep, name: str) -> Expression:
    return step.properties.ProcessingOutputConfig.Outputs[name].S3Output.S3Uri


def _gate(evaluate: ProcessingStep, path: str) -> JsonGet:
    return JsonGet(step_name=evaluate.name, property_file=_GATE_FILE, json_path=path)
