"""What numba is told of our searches beyond what Python can say.

The searches are plain Python that runs as it is. Two things that machine code can do better are
not in the language: asking memory for what is looked at soon, and taking an index as it is, where
Python would count a negative one from the end. Everything here is numba's own, which has no types
that a strict checker accepts; so it stays in here, and is imported only by who compiles, since
that takes long.
"""

from __future__ import annotations

# Nothing of numba and llvmlite has types that a strict checker knows.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUntypedFunctionDecorator=false, reportUntypedClassDecorator=false
# pyright: reportUntypedBaseClass=false, reportGeneralTypeIssues=false
# pyright: reportIncompatibleMethodOverride=false
from typing import Any

import llvmlite.ir as llvm
from numba import types
from numba.core import ir
from numba.core.compiler import CompilerBase, DefaultPassBuilder
from numba.core.compiler_machinery import FunctionPass, register_pass
from numba.core.untyped_passes import IRProcessing
from numba.extending import intrinsic


@intrinsic
def fetch(_: Any, array: Any, index: Any) -> Any:
    """Ask memory for an element, to read it soon; an index beyond the array does no harm."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        data = context.make_array(signature.args[0])(context, builder, arguments[0]).data
        byte, word, nothing = llvm.IntType(8).as_pointer(), llvm.IntType(32), llvm.VoidType()
        prefetch = builder.module.declare_intrinsic(
            "llvm.prefetch", (byte,), llvm.FunctionType(nothing, (byte, word, word, word))
        )
        at = builder.bitcast(builder.gep(data, [arguments[1]]), byte)
        # To read, to keep as long as any, data.
        builder.call(prefetch, [at, word(0), word(3), word(1)])
        return context.get_dummy_value()

    return types.void(array, index), generate


@intrinsic
def _natural(_: Any, index: Any) -> Any:
    """The same index, each number in it of a type that has no negative ones."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return context.cast(builder, arguments[0], signature.args[0], signature.return_type)

    def unsigned(part: Any) -> Any:
        return types.uint64 if isinstance(part, types.Integer) else part

    if isinstance(index, types.BaseTuple):
        natural = types.Tuple([unsigned(part) for part in index])
    else:
        natural = unsigned(index)
    return natural(index), generate


@register_pass(mutates_CFG=False, analysis_only=False)
class _NaturalIndices(FunctionPass):
    """Takes every index that is computed as a natural number."""

    _name = "natural_indices"

    def __init__(self) -> None:
        # Such a class has to have one.
        super().__init__()

    def run_pass(self, state: Any) -> bool:
        """Change the function at hand; whether anything was changed."""
        found = False
        for block in state.func_ir.blocks.values():
            body: list[Any] = []
            for statement in block.body:
                looks = _looks(statement)
                if looks is not None:
                    found = True
                    looks.index = _made_natural(looks.index, block.scope, body)
                body.append(statement)
            block.body = body
        return found


def _looks(statement: Any) -> Any:
    """The part of a statement that has an index, if there is one."""
    if isinstance(statement, ir.SetItem):
        return statement
    value = statement.value if isinstance(statement, ir.Assign) else None
    return value if isinstance(value, ir.Expr) and value.op == "getitem" else None


def _made_natural(index: Any, scope: Any, body: list[Any]) -> Any:
    """Add to a function's body what makes an index natural; the variable that holds it then."""
    place = index.loc
    how, made = (scope.redefine(name, place) for name in ("$how", "$natural"))
    body.append(ir.Assign(ir.Global("_natural", _natural, place), how, place))
    body.append(ir.Assign(ir.Expr.call(how, (index,), (), place), made, place))
    return made


class Naturally(CompilerBase):
    """The way that numba compiles by default, for functions without a negative index."""

    def define_pipelines(self) -> list[Any]:
        """The passes, one after the other."""
        passes = DefaultPassBuilder.define_nopython_pipeline(self.state)
        passes.add_pass_after(_NaturalIndices, IRProcessing)
        passes.finalize()
        return [passes]
