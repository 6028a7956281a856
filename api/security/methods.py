"""A method that an address does not have: 405 with every method it does have, or OPTIONS answered."""

from fastapi.routing import iter_route_contexts
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match

from api.faults import answer_problem
from api.problems import Problem, problem_response


async def answer_http(request: Request, error: Exception) -> Response:
    """The framework's own refusals as problems; for 405, with every method the address has."""
    if not isinstance(error, HTTPException) or error.status_code != 405:
        return await answer_problem(request, error)
    allowed = ", ".join(allowed_methods(request))
    if request.method == "OPTIONS":
        return Response(status_code=204, headers={"Allow": allowed})
    problem = Problem(
        "method-not-allowed",
        "method.unexpected",
        headers={"Allow": allowed},
        method=request.method,
        allowed=allowed,
    )
    return problem_response(problem, request.scope)


def allowed_methods(request: Request) -> list[str]:
    """The methods that some route has for the path of the request."""
    found = {"OPTIONS"}
    for context in iter_route_contexts(request.app.routes):
        for method in context.methods or ():
            probe = {"type": "http", "method": method, "path": request.scope["path"], "root_path": "", "headers": []}
            if context.matches(probe)[0] is Match.FULL:
                found.add(method)
    return sorted(found | ({"HEAD"} if "GET" in found else set()))
