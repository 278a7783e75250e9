from __future__ import annotations

import botocore.session
from botocore.validate import ParamValidator

from deploy.pipeline.registration import Lineage, Registration, result_uris


def test_the_request_is_one_that_sagemaker_takes() -> None:
    evaluation, analysis = result_uris("s3://b/p/days/2024-03-12/run/")
    request = Registration(
        group="visits-production",
        image="image",
        model_data="s3://b/m.tar.gz",
        evaluation=evaluation,
        analysis=analysis,
        lineage=Lineage(day="2024-03-12", code_commit="c", image="image", recipe="r"),
    ).request()
    service = botocore.session.get_session().get_service_model("sagemaker")
    shape = service.operation_model("CreateModelPackage").input_shape
    assert shape is not None
    report = ParamValidator().validate(request, shape)
    assert not report.has_errors(), report.generate_report()


def test_what_is_not_known_is_not_in_the_lineage() -> None:
    assert Lineage(day="2024-03-12", code_commit="", image=None).metadata == {"day": "2024-03-12"}
