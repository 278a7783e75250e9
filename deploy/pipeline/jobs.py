"""How the pipelines' jobs look: one image, the script as entrypoint, every path an argument.

The image carries the scripts, so a job is described by `ContainerEntrypoint` and
`ContainerArguments` alone and no code is uploaded.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sagemaker.core.helper.pipeline_variable import RequestType
from sagemaker.core.processing import Processor
from sagemaker.core.shapes import (
    ProcessingInput,
    ProcessingOutput,
    ProcessingS3Input,
    ProcessingS3Output,
)
from sagemaker.core.training.configs import Compute, InputData, OutputDataConfig, StoppingCondition
from sagemaker.core.workflow.pipeline_context import PipelineSession
from sagemaker.core.workflow.properties import Properties, PropertyFile
from sagemaker.mlops.workflow.steps import ProcessingStep, Step, StepTypeEnum, TrainingStep
from sagemaker.train import ModelTrainer

from core.domain import Environment
from deploy.pipeline.sdk import without_telemetry

Expression = Any
"""A text, or one of the SDK's pipeline variables (which have no common type worth naming)."""

PROCESSING: Final = "/opt/ml/processing"
PROCESSING_FAILURE: Final = "/opt/ml/output/message"
"""What a failed processing job says here becomes its ExitMessage (API: DescribeProcessingJob)."""
TRAINING_FAILURE: Final = "/opt/ml/output/failure"
"""What a failed training job says here becomes its FailureReason."""
LIVE_METRIC: Final = "validation:binary_logloss"
"""What the Train script writes into its log as it goes on: the card of a run shows it."""
VOLUME_GB: Final = 30
LONGEST_RUN_SECONDS: Final = 3600


def entrypoint(script: str) -> list[str]:
    """How a job starts one of the scripts in `deploy/pipeline/steps`."""
    return ["python3", "-m", f"deploy.pipeline.steps.{script}"]


def local(folder: str) -> str:
    """Where a processing job sees one of its inputs or outputs."""
    return f"{PROCESSING}/{folder}"


class Jobs:
    """Makes the steps of one environment's pipelines."""

    def __init__(self, environment: Environment, session: PipelineSession) -> None:
        """`session` records requests instead of sending them."""
        self._environment = environment
        self._session = session

    def processing(
        self,
        name: str,
        *,
        arguments: Sequence[Expression],
        inputs: Mapping[str, Expression],
        outputs: Mapping[str, Expression],
        property_files: Sequence[PropertyFile] = (),
        after: Sequence[str] = (),
    ) -> ProcessingStep:
        """A step that runs the script of its name as a processing job.

        Args:
            name: The step's name; its script is called the same in small letters.
            arguments: The script's command line, without `--failure`.
            inputs: Folder below /opt/ml/processing → S3 URI it is filled from.
            outputs: Folder below /opt/ml/processing → S3 URI it is uploaded to when the job ends.
            property_files: JSON files of the outputs that later steps read values from.
            after: Names of steps that it waits for without taking anything from them.
        """
        processor = Processor(
            role=self._environment.role_arn,
            image_uri=self._environment.image,
            instance_count=1,
            instance_type=self._environment.instance_type,
            entrypoint=entrypoint(name.lower()),
            volume_size_in_gb=VOLUME_GB,
            max_runtime_in_seconds=LONGEST_RUN_SECONDS,
            env=self._variables,
            sagemaker_session=self._session,
        )
        return ProcessingStep(
            name=name,
            step_args=processor.run(
                arguments=[*arguments, "--failure", PROCESSING_FAILURE],
                inputs=[_input(folder, uri) for folder, uri in inputs.items()],
                outputs=[_output(folder, uri) for folder, uri in outputs.items()],
            ),
            property_files=list(property_files),
            depends_on=list(after),
        )

    def training(
        self,
        name: str,
        *,
        arguments: Sequence[Expression],
        channels: Mapping[str, Expression],
        hyperparameters: Mapping[str, Expression],
        output: Expression,
    ) -> TrainingStep:
        """A step that runs the script of its name as a training job.

        Args:
            name: The step's name; its script is called the same in small letters.
            arguments: The script's command line, without `--failure`.
            channels: Channel → S3 URI it is filled from.
            hyperparameters: Name → value, as text.
            output: S3 URI below which SageMaker puts `<job>/output/model.tar.gz`.
        """
        trainer = ModelTrainer(
            sagemaker_session=self._session,
            role=self._environment.role_arn,
            training_image=self._environment.image,
            base_job_name=name.lower(),
            compute=Compute(
                instance_type=self._environment.instance_type,
                instance_count=1,
                volume_size_in_gb=VOLUME_GB,
            ),
            stopping_condition=StoppingCondition(max_runtime_in_seconds=LONGEST_RUN_SECONDS),
            output_data_config=OutputDataConfig(s3_output_path=output),
            environment=self._variables,
            hyperparameters=dict(hyperparameters),
        )
        with without_telemetry(self._session):
            request = trainer.train(
                input_data_config=[
                    InputData(channel_name=channel, data_source=uri)
                    for channel, uri in channels.items()
                ]
            )
        return _ScriptTrainingStep(
            name=name,
            step_args=request,
            container={
                "ContainerEntrypoint": entrypoint(name.lower()),
                "ContainerArguments": [*arguments, "--failure", TRAINING_FAILURE],
                "MetricDefinitions": [{"Name": LIVE_METRIC, "Regex": f"{LIVE_METRIC}=([0-9.]+)"}],
            },
        )

    @property
    def _variables(self) -> dict[str, str]:
        # boto3 reads no other name for the region, and SageMaker sets AWS_REGION only.
        return {"AWS_DEFAULT_REGION": self._environment.region}


class _ScriptTrainingStep(TrainingStep):  # type: ignore[misc] # the SDK is untyped
    """A training step whose job runs a script that is already in the image.

    ModelTrainer sets ContainerEntrypoint and ContainerArguments only together with `source_code`,
    which it uploads at definition time, with drivers of its own beside it; without that it leaves
    them out. `arguments` is the one public place where the request of the job can be completed.
    """

    def __init__(self, *, container: Mapping[str, Sequence[Expression]], **step: Any) -> None:
        super().__init__(**step)
        self._container = container

    @property
    def arguments(self) -> RequestType:
        """The arguments of CreateTrainingJob."""
        request = super().arguments
        request["AlgorithmSpecification"].update(self._container)
        return request


class TuneStep(Step):  # type: ignore[misc] # the SDK is untyped
    """A step of type Tuning whose training jobs run the image's own entry point.

    HyperparameterTuner wants a ModelTrainer and looks for a default bucket; the request is plain.
    """

    def __init__(self, name: str, request: Mapping[str, Any]) -> None:
        super().__init__(name=name, step_type=StepTypeEnum.TUNING)
        self._request = dict(request)

    @property
    def arguments(self) -> RequestType:
        """The arguments of CreateHyperParameterTuningJob."""
        return self._request

    @property
    def properties(self) -> Properties:
        """What later steps can refer to."""
        return Properties(
            step_name=self.name,
            step=self,
            shape_name="DescribeHyperParameterTuningJobResponse",
        )


class RegisterStep(Step):  # type: ignore[misc] # the SDK is untyped
    """A step of type RegisterModel, with the request that *Backfill* sends as well.

    ModelStep takes its request from ModelBuilder.register only, which looks for a default bucket
    over the network and repacks models for serving; the definition needs neither.
    """

    def __init__(self, name: str, request: Mapping[str, Expression]) -> None:
        super().__init__(name=name, step_type=StepTypeEnum.REGISTER_MODEL)
        self._request = dict(request)

    @property
    def arguments(self) -> RequestType:
        """The arguments of CreateModelPackage."""
        return self._request

    @property
    def properties(self) -> Properties:
        """What later steps can refer to."""
        return Properties(step_name=self.name, step=self, shape_name="DescribeModelPackageOutput")


def _input(folder: str, uri: Expression) -> ProcessingInput:
    return ProcessingInput(
        input_name=folder,
        s3_input=ProcessingS3Input(
            s3_uri=uri,
            local_path=local(folder),
            s3_data_type="S3Prefix",
            s3_input_mode="File",
        ),
    )


def _output(folder: str, uri: Expression) -> ProcessingOutput:
    return ProcessingOutput(
        output_name=folder,
        s3_output=ProcessingS3Output(
            s3_uri=uri, local_path=local(folder), s3_upload_mode="EndOfJob"
        ),
    )
