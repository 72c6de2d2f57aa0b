"""Calls every `test_…` or `has_…` function of some cases and prints what each of them did."""

import loading

PREFIX = {"check": "test_", "feature": "has_"}
VALUE_CHARACTERS = 4000


def respond(request, response):
    """Run the cases in order; `after=case::function` goes on behind a culprit, `only=` runs it."""
    mode, root = request["mode"][0], request["root"][0]
    after = request.get("after", [""])[0]
    only = request.get("only", [""])[0]
    for case in request["case"]:
        if after and not after.startswith(case + "::"):
            continue
        path = root + "/" + case.partition("/")[2] + ".py"
        _run_case(response, mode, case, path, after.partition("::")[2], only.partition("::")[2])
        after = ""


def _run_case(response, mode, case, path, after, only):
    if after == "*":
        return
    response.put("start", case=case)
    try:
        namespace = loading.load(path, loading.module_name(case))
    except BaseException as error:
        status = "skip" if loading.is_skip(error) else "fail"
        response.put("check", case=case, check="*", status=status, detail=_line(error, path))
        return
    names = [name for name in namespace if name.startswith(PREFIX[mode])]
    if after:
        names = names[names.index(after) + 1 :]
    for name in names:
        if not only or name == only:
            _run_function(response, mode, case, path, namespace[name])


def _run_function(response, mode, case, path, function):
    name = function.__name__
    response.put("start", case=case, check=name)
    fields = {"case": case, "check": name}
    if mode == "feature":
        fields["summary"] = (function.__doc__ or name).strip().splitlines()[0]
    try:
        value = function()
    except BaseException as error:  # a case may raise anything, SystemExit too
        status = "skip" if loading.is_skip(error) else "fail"
        response.put("check", status=status, detail=_line(error, path), **fields)
        return
    if mode == "feature":
        response.put("check", status="pass" if value else "skip", **fields)
    elif value is None:
        response.put("check", status="pass", **fields)
    else:
        response.put("check", status="pass", value=repr(value)[:VALUE_CHARACTERS], **fields)


def _line(error, path):
    try:
        return loading.describe(error, path)
    except BaseException as second:  # an exception whose own __str__ raises
        return type(error).__name__ + ", and describing it raised " + type(second).__name__
