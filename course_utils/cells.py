"""Recurrent cells in NumPy, forwards and backwards through time, in the weight layout of Keras.

Each cell is a class that is only a namespace: its functions hold no weights and remember nothing.
Everything an equation needs is an argument, so the line of code reads like the line of mathematics,
a numerical gradient can wiggle any argument, and every cell answers to the same names:

* ``step``: one time step, the equations themselves;
* ``forward``: a whole batch of sequences, from the first step to the last;
* ``backward``: backpropagation through time, from the last step to the first. It reads what
  ``forward`` wrote on a :class:`Tape`.

The weights come in Keras' order and shapes, so a layer can be checked in one line::

    outputs, state = SimpleRNN.forward(x, *layer.get_weights())

and differentiated in three::

    tape = Tape()
    outputs, h, c = LSTM.forward(x, W, U, b, tape=tape)
    dx, dW, dU, db, dh0, dc0 = LSTM.backward(tape, d_outputs=outputs - y)

Symbols and shapes are those of the course (see the notation page): arrays are batch-major,
``(batch, time, features)``; a row is one example; a state is ``(batch, units)``. ``da`` is the
gradient of the loss with respect to ``a``: ∂L/∂a, over all paths from a to the loss.
Inside, and on the tape, time comes first, ``(time, batch, ...)``: one step is then one block of
memory.

A mask is Keras' (``rnn`` in ``keras/src/backend/tensorflow/rnn.py``). A padded step is skipped: the
state is held, and the output repeats the output before it. Where no real step came before, the
output is zero (even when h0 is not), and the state is still h0. With ``zero_output_for_mask=True``,
as inside ``keras.layers.Bidirectional``, the output is zero at every padded step.
"""

from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["GRU", "LSTM", "SimpleRNN", "Tape"]

Array = NDArray[Any]


class Tape(SimpleNamespace):
    """What ``forward`` writes down and ``backward`` reads: inputs, weights, states and gates.

    A tape is empty when it is made, and holds the last ``forward`` that it was given to. Its arrays
    are time-major: ``tape.h`` is (time + 1, batch, units), ``tape.h[0]`` the state before the first
    step and ``tape.h[t]`` the state after t steps; so is ``tape.c``. A gate, such as ``tape.f``, is
    (time, batch, units).
    """


class SimpleRNN:
    """h_t = tanh(x_t W + h_{t-1} U + b): the simple recurrent layer (Elman, 1990).

    W: (features, units)   Keras' ``kernel``
    U: (units, units)      Keras' ``recurrent_kernel``; row i: what old unit i sends to each unit
    b: (units,)            Keras' ``bias``

    Follows ``SimpleRNNCell`` in ``keras/src/layers/rnn/simple_rnn.py`` with its default activation.
    """

    @staticmethod
    def step(x: Array, h: Array, W: Array, U: Array, b: Array) -> Array:
        """One step: the old state and one input give the new state.

        x: (batch, features)   h: (batch, units)   W: (features, units)   U: (units, units)
        b: (units,)            Returns the new state, (batch, units).
        Raises ValueError when a shape does not fit.
        """
        x, h, W, U, b = map(np.asarray, (x, h, W, U, b))
        _check_weights(W, U, b)
        _check_input(x, ("batch", "features"), W)
        _check_state("h", h, len(x), U)
        return np.tanh(x @ W + h @ U + b)

    @staticmethod
    def forward(
        x: Array,
        W: Array,
        U: Array,
        b: Array,
        h0: Array | None = None,
        mask: ArrayLike | None = None,
        *,
        zero_output_for_mask: bool = False,
        tape: Tape | None = None,
    ) -> tuple[Array, Array]:
        """Every step of a batch of sequences, in order.

        x: (batch, time, features)   W: (features, units)   U: (units, units)   b: (units,)
        h0: (batch, units), the state before the first step; zeros when it is left out.
        mask: (batch, time), True where a step is real and False where it is padding.
        tape: written for ``backward``.

        Returns ``outputs`` (batch, time, units) and the final ``state`` (batch, units), as Keras'
        layer does with ``return_sequences=True, return_state=True``.
        Raises ValueError when a shape does not fit.
        """
        x, W, U, b = map(np.asarray, (x, W, U, b))
        _check_weights(W, U, b)
        _check_input(x, ("batch", "time", "features"), W)
        batch, time, _ = x.shape
        real = _check_mask(mask, batch, time)
        h = _states("h0", h0, x, W, U, b)  # (time + 1, batch, units)

        x = _time_first(x)
        for t in range(1, time + 1):
            h[t] = np.tanh(x[t - 1] @ W + h[t - 1] @ U + b)
            _hold(h, t, real)

        shown = _shown(real, zero_output_for_mask)
        _record(tape, SimpleRNN, x=x, W=W, U=U, h=h, real=real, shown=shown)
        return _outputs(h, shown), h[-1].copy()

    @staticmethod
    def backward(
        tape: Tape, d_outputs: Array | None = None, d_h: Array | None = None
    ) -> tuple[Array, Array, Array, Array, Array]:
        """Backpropagation through time: the gradients of the loss, from the last step to the first.

        tape: the one that ``forward`` wrote.
        d_outputs: (batch, time, units), ∂L/∂outputs; d_h: (batch, units), ∂L/∂state, the final
        one. None is zero.

        Returns ``dx`` (batch, time, features), ``dW``, ``dU``, ``db``, each of its weight's shape,
        and ``dh0`` (batch, units).
        Raises ValueError when a shape does not fit, or nothing was written on the tape.
        """
        tape = _recorded(tape, SimpleRNN)
        x, W, U, h, real = tape.x, tape.W, tape.U, tape.h, tape.real
        time, batch, _ = x.shape
        d_outputs = _output_gradient(d_outputs, tape)
        dh = _state_gradient("d_h", d_h, h)

        da = np.empty_like(h[1:])  # (time, batch, units)
        for t in range(time, 0, -1):
            dh = dh + d_outputs[t - 1]
            da[t - 1] = dh * (1 - h[t] ** 2)
            dh = _pass_back(dh, da[t - 1] @ U.T, da[t - 1], t, real)

        dx = da @ W.T
        dW = _sum_of_products(x, da)
        dU = _sum_of_products(h[:-1], da)
        db = da.sum((0, 1))
        return _batch_first(dx), dW, dU, db, dh


class LSTM:
    """The long short-term memory, with a forget gate (Gers, Schmidhuber and Cummins, 2000).

    i_t = σ(x_t W_i + h_{t-1} U_i + b_i)       input gate
    f_t = σ(x_t W_f + h_{t-1} U_f + b_f)       forget gate
    c̃_t = tanh(x_t W_c + h_{t-1} U_c + b_c)    candidate
    o_t = σ(x_t W_o + h_{t-1} U_o + b_o)       output gate
    c_t = f_t ⊙ c_{t-1} + i_t ⊙ c̃_t            cell state
    h_t = o_t ⊙ tanh(c_t)                      state, and output

    W: (features, 4·units)   Keras' ``kernel``; the blocks W_i, W_f, W_c, W_o stand side by side
    U: (units, 4·units)      Keras' ``recurrent_kernel``, in the same order
    b: (4·units,)            Keras' ``bias``, in the same order

    Follows ``LSTMCell`` in ``keras/src/layers/rnn/lstm.py`` with its default activations.
    """

    @staticmethod
    def step(x: Array, h: Array, c: Array, W: Array, U: Array, b: Array) -> tuple[Array, Array]:
        """One step: the two old states and one input give the two new states.

        x: (batch, features)   h, c: (batch, units)   W: (features, 4·units)   U: (units, 4·units)
        b: (4·units,)          Returns the new h and the new c, (batch, units) each.
        Raises ValueError when a shape does not fit.
        """
        x, h, c, W, U, b = map(np.asarray, (x, h, c, W, U, b))
        _check_weights(W, U, b, "ifco")
        _check_input(x, ("batch", "features"), W)
        _check_state("h", h, len(x), U)
        _check_state("c", c, len(x), U)
        i, f, c_tilde, o = LSTM._gates(x @ W + h @ U + b)
        c = f * c + i * c_tilde
        h = o * np.tanh(c)
        return h, c

    @staticmethod
    def _gates(a: Array) -> tuple[Array, Array, Array, Array]:
        """i, f, c̃ and o, (batch, units) each, from the pre-activations a: (batch, 4·units)."""
        a_i, a_f, a_c, a_o = _blocks(a, 4)
        return _sigmoid(a_i), _sigmoid(a_f), np.tanh(a_c), _sigmoid(a_o)

    @staticmethod
    def forward(
        x: Array,
        W: Array,
        U: Array,
        b: Array,
        h0: Array | None = None,
        c0: Array | None = None,
        mask: ArrayLike | None = None,
        *,
        zero_output_for_mask: bool = False,
        tape: Tape | None = None,
    ) -> tuple[Array, Array, Array]:
        """Every step of a batch of sequences, in order.

        x: (batch, time, features)   W: (features, 4·units)   U: (units, 4·units)   b: (4·units,)
        h0, c0: (batch, units), the states before the first step; zeros when they are left out.
        mask: (batch, time), True where a step is real and False where it is padding.
        tape: written for ``backward``.

        Returns ``outputs`` (batch, time, units) and the final states ``h`` and ``c``, (batch,
        units) each, as Keras' layer does with ``return_sequences=True, return_state=True``.
        Raises ValueError when a shape does not fit.
        """
        x, W, U, b = map(np.asarray, (x, W, U, b))
        _check_weights(W, U, b, "ifco")
        _check_input(x, ("batch", "time", "features"), W)
        batch, time, _ = x.shape
        real = _check_mask(mask, batch, time)
        h = _states("h0", h0, x, W, U, b)  # (time + 1, batch, units)
        c = _states("c0", c0, x, W, U, b)
        i, f, c_tilde, o = (np.empty_like(h[1:]) for _ in range(4))  # (time, batch, units)

        x = _time_first(x)
        for t in range(1, time + 1):
            a = x[t - 1] @ W + h[t - 1] @ U + b
            i[t - 1], f[t - 1], c_tilde[t - 1], o[t - 1] = LSTM._gates(a)
            c[t] = f[t - 1] * c[t - 1] + i[t - 1] * c_tilde[t - 1]
            h[t] = o[t - 1] * np.tanh(c[t])
            _hold(c, t, real)
            _hold(h, t, real)

        shown = _shown(real, zero_output_for_mask)
        _record(tape, LSTM, x=x, W=W, U=U, h=h, c=c, real=real, shown=shown)
        _record(tape, LSTM, i=i, f=f, c_tilde=c_tilde, o=o)
        return _outputs(h, shown), h[-1].copy(), c[-1].copy()

    @staticmethod
    def backward(
        tape: Tape,
        d_outputs: Array | None = None,
        d_h: Array | None = None,
        d_c: Array | None = None,
    ) -> tuple[Array, Array, Array, Array, Array, Array]:
        """Backpropagation through time: the gradients of the loss, from the last step to the first.

        tape: the one that ``forward`` wrote.
        d_outputs: (batch, time, units), ∂L/∂outputs; d_h, d_c: (batch, units), the gradients with
        respect to the final states. None is zero.

        Returns ``dx`` (batch, time, features), ``dW``, ``dU``, ``db``, each of its weight's shape,
        ``dh0`` and ``dc0`` (batch, units).
        Raises ValueError when a shape does not fit, or nothing was written on the tape.
        """
        tape = _recorded(tape, LSTM)
        x, W, U, h, c, real = tape.x, tape.W, tape.U, tape.h, tape.c, tape.real
        time, batch, _ = x.shape
        d_outputs = _output_gradient(d_outputs, tape)
        dh = _state_gradient("d_h", d_h, h)
        dc = _state_gradient("d_c", d_c, h)

        da = np.empty((time, batch, 4 * h.shape[-1]), h.dtype)
        for t in range(time, 0, -1):
            i, f, c_tilde, o = tape.i[t - 1], tape.f[t - 1], tape.c_tilde[t - 1], tape.o[t - 1]
            da_i, da_f, da_c, da_o = _blocks(da[t - 1], 4)
            tanh_c = np.tanh(c[t])

            dh = dh + d_outputs[t - 1]
            dc_t = dc + dh * o * (1 - tanh_c**2)
            da_o[:] = dh * tanh_c * o * (1 - o)
            da_i[:] = dc_t * c_tilde * i * (1 - i)
            da_f[:] = dc_t * c[t - 1] * f * (1 - f)
            da_c[:] = dc_t * i * (1 - c_tilde**2)
            dc = _pass_back(dc, dc_t * f, da[t - 1], t, real)
            dh = _pass_back(dh, da[t - 1] @ U.T, da[t - 1], t, real)

        dx = da @ W.T
        dW = _sum_of_products(x, da)
        dU = _sum_of_products(h[:-1], da)
        db = da.sum((0, 1))
        return _batch_first(dx), dW, dU, db, dh, dc


class GRU:
    """The gated recurrent unit (Cho et al., 2014), with the reset gate after or before U_h.

    z_t = σ(x_t W_z + b_z + h_{t-1} U_z + b'_z)              update gate
    r_t = σ(x_t W_r + b_r + h_{t-1} U_r + b'_r)              reset gate
    h̃_t = tanh(x_t W_h + b_h + r_t ⊙ (h_{t-1} U_h + b'_h))   candidate, reset_after=True (default)
    h̃_t = tanh(x_t W_h + b_h + (r_t ⊙ h_{t-1}) U_h)          candidate, reset_after=False
    h_t = z_t ⊙ h_{t-1} + (1 - z_t) ⊙ h̃_t                    state, and output

    W: (features, 3·units)   Keras' ``kernel``; the blocks W_z, W_r, W_h stand side by side
    U: (units, 3·units)      Keras' ``recurrent_kernel``, in the same order
    b: (2, 3·units)          Keras' ``bias``: b in the first row, b' in the second
       (3·units,)            with reset_after=False: there is no b'

    Follows ``GRUCell`` in ``keras/src/layers/rnn/gru.py`` with its default activations.
    """

    @staticmethod
    def step(x: Array, h: Array, W: Array, U: Array, b: Array, reset_after: bool = True) -> Array:
        """One step: the old state and one input give the new state.

        x: (batch, features)   h: (batch, units)   W: (features, 3·units)   U: (units, 3·units)
        b: (2, 3·units), or (3·units,) with reset_after=False
        Returns the new state, (batch, units).
        Raises ValueError when a shape does not fit.
        """
        x, h, W, U, b = map(np.asarray, (x, h, W, U, b))
        _check_weights(W, U, b, "zrh", reset_after)
        _check_input(x, ("batch", "features"), W)
        _check_state("h", h, len(x), U)
        gates = GRU._gates_after if reset_after else GRU._gates_before
        z, r, h_tilde, _ = gates(x, h, W, U, b)
        return z * h + (1 - z) * h_tilde

    @staticmethod
    def _gates_after(x: Array, h: Array, W: Array, U: Array, b: Array) -> tuple[Array, ...]:
        """z, r, h̃, and s = h U_h + b'_h, which the reset gate scales; (batch, units) each."""
        a_z, a_r, a_h = _blocks(x @ W + b[0], 3)
        s_z, s_r, s_h = _blocks(h @ U + b[1], 3)
        z = _sigmoid(a_z + s_z)
        r = _sigmoid(a_r + s_r)
        h_tilde = np.tanh(a_h + r * s_h)
        return z, r, h_tilde, s_h

    @staticmethod
    def _gates_before(x: Array, h: Array, W: Array, U: Array, b: Array) -> tuple[Array, ...]:
        """z, r, h̃, and s = r ⊙ h, which U_h meets; (batch, units) each."""
        U_z, U_r, U_h = _blocks(U, 3)
        a_z, a_r, a_h = _blocks(x @ W + b, 3)
        z = _sigmoid(a_z + h @ U_z)
        r = _sigmoid(a_r + h @ U_r)
        h_tilde = np.tanh(a_h + (r * h) @ U_h)
        return z, r, h_tilde, r * h

    @staticmethod
    def forward(
        x: Array,
        W: Array,
        U: Array,
        b: Array,
        h0: Array | None = None,
        mask: ArrayLike | None = None,
        *,
        reset_after: bool = True,
        zero_output_for_mask: bool = False,
        tape: Tape | None = None,
    ) -> tuple[Array, Array]:
        """Every step of a batch of sequences, in order.

        x: (batch, time, features)   W: (features, 3·units)   U: (units, 3·units)
        b: (2, 3·units), or (3·units,) with reset_after=False
        h0: (batch, units), the state before the first step; zeros when it is left out.
        mask: (batch, time), True where a step is real and False where it is padding.
        tape: written for ``backward``.

        Returns ``outputs`` (batch, time, units) and the final ``state`` (batch, units), as Keras'
        layer does with ``return_sequences=True, return_state=True``.
        Raises ValueError when a shape does not fit.
        """
        x, W, U, b = map(np.asarray, (x, W, U, b))
        _check_weights(W, U, b, "zrh", reset_after)
        _check_input(x, ("batch", "time", "features"), W)
        batch, time, _ = x.shape
        real = _check_mask(mask, batch, time)
        h = _states("h0", h0, x, W, U, b)  # (time + 1, batch, units)
        z, r, h_tilde, s = (np.empty_like(h[1:]) for _ in range(4))  # (time, batch, units)

        x = _time_first(x)
        gates = GRU._gates_after if reset_after else GRU._gates_before
        for t in range(1, time + 1):
            z[t - 1], r[t - 1], h_tilde[t - 1], s[t - 1] = gates(x[t - 1], h[t - 1], W, U, b)
            h[t] = z[t - 1] * h[t - 1] + (1 - z[t - 1]) * h_tilde[t - 1]
            _hold(h, t, real)

        shown = _shown(real, zero_output_for_mask)
        _record(tape, GRU, x=x, W=W, U=U, h=h, real=real, shown=shown)
        _record(tape, GRU, z=z, r=r, h_tilde=h_tilde, s=s, reset_after=reset_after)
        return _outputs(h, shown), h[-1].copy()

    @staticmethod
    def backward(
        tape: Tape, d_outputs: Array | None = None, d_h: Array | None = None
    ) -> tuple[Array, Array, Array, Array, Array]:
        """Backpropagation through time: the gradients of the loss, from the last step to the first.

        tape: the one that ``forward`` wrote.
        d_outputs: (batch, time, units), ∂L/∂outputs; d_h: (batch, units), ∂L/∂state, the final
        one. None is zero.

        Returns ``dx`` (batch, time, features), ``dW``, ``dU``, ``db``, each of its weight's shape,
        and ``dh0`` (batch, units).
        Raises ValueError when a shape does not fit, or nothing was written on the tape.
        """
        tape = _recorded(tape, GRU)
        x, W, U, h, real = tape.x, tape.W, tape.U, tape.h, tape.real
        time, batch, _ = x.shape
        units = len(U)
        d_outputs = _output_gradient(d_outputs, tape)
        dh = _state_gradient("d_h", d_h, h)

        da = np.empty((time, batch, 3 * units), h.dtype)  # of x W + b
        ds = np.empty_like(da) if tape.reset_after else da  # of h U + b'
        for t in range(time, 0, -1):
            z, r, h_tilde, s = tape.z[t - 1], tape.r[t - 1], tape.h_tilde[t - 1], tape.s[t - 1]
            da_z, da_r, da_h = _blocks(da[t - 1], 3)

            dh = dh + d_outputs[t - 1]
            da_z[:] = dh * (h[t - 1] - h_tilde) * z * (1 - z)
            da_h[:] = dh * (1 - z) * (1 - h_tilde**2)
            if tape.reset_after:
                da_r[:] = da_h * s * r * (1 - r)
                ds[t - 1] = da[t - 1]
                ds[t - 1][:, 2 * units :] *= r
                dh_before = dh * z + ds[t - 1] @ U.T
            else:
                ds_t = da_h @ U[:, 2 * units :].T  # of s = r ⊙ h
                da_r[:] = ds_t * h[t - 1] * r * (1 - r)
                dh_before = dh * z + ds_t * r + da[t - 1][:, : 2 * units] @ U[:, : 2 * units].T
            if real is not None:
                ds[t - 1] *= real[t - 1]
            dh = _pass_back(dh, dh_before, da[t - 1], t, real)

        dx = da @ W.T
        dW = _sum_of_products(x, da)
        if tape.reset_after:
            dU = _sum_of_products(h[:-1], ds)
            db = np.stack([da.sum((0, 1)), ds.sum((0, 1))])
        else:
            dU_zr = _sum_of_products(h[:-1], da[..., : 2 * units])
            dU_h = _sum_of_products(tape.s, da[..., 2 * units :])
            dU = np.concatenate([dU_zr, dU_h], axis=1)
            db = da.sum((0, 1))
        return _batch_first(dx), dW, dU, db, dh


def _sigmoid(a: Array) -> Array:
    """σ(a) = 1 / (1 + e^-a), by tanh: it cannot overflow, and NumPy computes it faster."""
    return 0.5 + 0.5 * np.tanh(0.5 * a)


def _blocks(a: Array, count: int) -> list[Array]:
    """Views of the equal blocks of columns that stand side by side in a: (..., count·units)."""
    units = a.shape[-1] // count
    return [a[..., k * units : (k + 1) * units] for k in range(count)]


def _time_first(x: Array) -> Array:
    """(batch, time, ...) as (time, batch, ...), each step one block of memory."""
    return np.ascontiguousarray(x.swapaxes(0, 1))


_batch_first = _time_first  # the same exchange of the first two axes


def _sum_of_products(left: Array, right: Array) -> Array:
    """Σ_t left_tᵀ right_t, (n, m), as one matrix product; left: (time, batch, n), right: (..., m)."""
    return left.reshape(-1, left.shape[-1]).T @ right.reshape(-1, right.shape[-1])


def _states(name: str, first: Array | None, x: Array, W: Array, U: Array, b: Array) -> Array:
    """Room for the state before the first step and after each, (time + 1, batch, units)."""
    batch, time, _ = x.shape
    arrays = (x, W, U, b) if first is None else (x, W, U, b, first)
    states = np.empty((time + 1, batch, len(U)), np.result_type(np.float16, *arrays))
    if first is None:
        states[0] = 0
    else:
        _check_state(name, np.asarray(first), batch, U)
        states[0] = first
    return states


def _hold(states: Array, t: int, real: Array | None) -> None:
    """At a padded step the state stays what it was."""
    if real is not None:
        np.copyto(states[t], states[t - 1], where=~real[t - 1])


def _pass_back(d_held: Array, d_before: Array, da: Array, t: int, real: Array | None) -> Array:
    """The gradient of the state before step t: through the equations, or past them if held."""
    if real is None:
        return d_before
    da *= real[t - 1]
    return np.where(real[t - 1], d_before, d_held)


def _shown(real: Array | None, zero_output_for_mask: bool) -> Array | None:
    """Where the output is the state, and not zero: (time, batch, 1); None is everywhere."""
    if real is None or zero_output_for_mask:
        return real
    return np.logical_or.accumulate(real, axis=0)


def _outputs(h: Array, shown: Array | None) -> Array:
    """The outputs, (batch, time, units): the states after each step, zero where not shown."""
    return _batch_first(h[1:] if shown is None else np.where(shown, h[1:], 0))


def _record(tape: Tape | None, cell: type, **values: Any) -> None:
    if tape is not None:
        tape.__dict__.update(values, cell=cell)


def _recorded(tape: Tape, cell: type) -> Tape:
    if getattr(tape, "cell", None) is not cell:
        raise ValueError("nothing on the tape")
    return tape


def _output_gradient(d_outputs: Array | None, tape: Tape) -> Array:
    if d_outputs is None:
        return np.zeros_like(tape.h[1:])
    d_outputs = _time_first(np.asarray(d_outputs, tape.h.dtype))
    return d_outputs if tape.shown is None else np.where(tape.shown, d_outputs, 0)


def _state_gradient(name: str, d_state: Array | None, h: Array) -> Array:
    if d_state is None:
        return np.zeros_like(h[0])
    return np.asarray(d_state, h.dtype)


def _check_weights(
    W: Array, U: Array, b: Array, gates: str = "h", reset_after: bool = False
) -> None:
    """W, U and b agree on the number of units."""
    count = len(gates)
    times = f"{count}·" if count > 1 else ""
    if U.ndim != 2 or U.shape[1] != count * U.shape[0]:
        raise ValueError(
            f"U has shape {U.shape}, expected (units, {times}units): it carries the state to the "
            "next state, so it is square. Are W and U swapped?"
        )
    columns = count * len(U)
    if W.ndim != 2 or W.shape[1] != columns:
        hint = " Is W transposed?" if W.ndim == 2 and W.shape[0] == columns else ""
        raise ValueError(
            f"W has shape {W.shape}, expected (features, {columns}): "
            f"units is {len(U)} because U is {U.shape}.{hint}"
        )
    expected = (2, columns) if reset_after else (columns,)
    if b.shape != expected:
        raise ValueError(
            f"b has shape {b.shape}, expected {expected}: units is {len(U)} because U is {U.shape}."
            " One bias for each unit, in one dimension."
        )


def _check_input(x: Array, axes: tuple[str, ...], W: Array) -> None:
    """x has the axes named, and as many features as W has rows."""
    features = len(W)
    expected = f"({', '.join(axes[:-1])}, {features})"
    if x.ndim != len(axes):
        raise ValueError(
            f"x has shape {x.shape}, expected {expected}: {len(axes)} axes, and this has {x.ndim}. "
            "A single example still needs a batch axis: x[None]."
        )
    if x.shape[-1] != features:
        raise ValueError(
            f"x has shape {x.shape}, expected {expected}: features is {features} because W is "
            f"{W.shape}. The features are the last axis of x."
        )


def _check_state(name: str, h: Array, batch: int, U: Array) -> None:
    """A state has one row for each example and one column for each unit."""
    units = len(U)
    if h.shape != (batch, units):
        raise ValueError(
            f"{name} has shape {h.shape}, expected ({batch}, {units}): x holds {batch} examples, "
            f"and units is {units} because U is {U.shape}."
        )


def _check_mask(mask: ArrayLike | None, batch: int, time: int) -> Array | None:
    """The mask as booleans (time, batch, 1), ready to select rows; None when there is none."""
    if mask is None:
        return None
    real = np.asarray(mask)
    if real.shape != (batch, time):
        raise ValueError(
            f"mask has shape {real.shape}, expected ({batch}, {time}): one truth value for each "
            "step of each sequence in x."
        )
    return _time_first(real.astype(bool))[:, :, None]
