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

and its gradients for the loss ½ Σ (outputs − y)² take two more::

    tape = Tape()
    outputs, state = SimpleRNN.forward(x, *layer.get_weights(), tape=tape)
    dx, dW, dU, db, dh0 = SimpleRNN.backward(tape, d_outputs=outputs - y)

Symbols and shapes are those of the course (see the notation page). A row is one example: what goes
in and comes out is ``(batch, time, features)``, and a state is ``(batch, units)``. Inside, and on
the tape, time comes first and counts from 1, as in the equations: ``x[t]`` and ``h[t]`` are the
input and the state of step t, ``(batch, features)`` and ``(batch, units)``, and ``h[0]`` is the
state before the first step. In ``backward``, ``dh`` is ∂L/∂h_t over all paths from h_t to the loss
L, and ``da`` is ∂L/∂a_t, where a_t is what stands inside tanh or σ.

A mask is Keras' (``rnn`` in ``keras/src/backend/tensorflow/rnn.py``): a padded step is skipped. The
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
    """What ``forward`` writes down for ``backward``: inputs, weights, states and gates.

    It is made empty, and holds the last ``forward`` that was given it. Its arrays may be looked at:
    ``tape.h`` is (time + 1, batch, units), and so are an LSTM's ``c``, ``i``, ``f``, ``c_tilde``
    and ``o`` and a GRU's ``z``, ``r`` and ``h_tilde``. Index t is step t, 1 to time; at index 0
    there are the first states, and zeros for a gate.
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
        _check_weights("SimpleRNN", W, U, b)
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
        tape: a Tape to write on, when ``backward`` is to follow.

        Returns ``outputs`` (batch, time, units) and the final ``state`` (batch, units), as Keras'
        layer does with ``return_sequences=True, return_state=True``.
        Raises ValueError when a shape does not fit.
        """
        x, W, U, b, h0 = _one_dtype(x, W, U, b, h0)
        _check_weights("SimpleRNN", W, U, b)
        _check_input(x, ("batch", "time", "features"), W)
        real, shown = _read_mask(mask, x, zero_output_for_mask)
        h = _room_for_states("h0", h0, x, U)
        x = _time_first(x)
        if tape is not None:
            _start(tape, "SimpleRNN", x=x, W=W, U=U, h=h, real=real, shown=shown)

        for t in range(1, len(h)):
            h[t] = np.tanh(x[t] @ W + h[t - 1] @ U + b)
            _hold(h, t, real)
        return _outputs(h, shown), h[-1].copy()

    @staticmethod
    def backward(
        tape: Tape, d_outputs: Array | None = None, d_h: Array | None = None
    ) -> tuple[Array, Array, Array, Array, Array]:
        """Backpropagation through time: the gradients of the loss, from the last step to the first.

        tape: the one that ``forward`` wrote.
        d_outputs: (batch, time, units), ∂L/∂outputs; None is zero.
        d_h: (batch, units), ∂L/∂state for the final state; None is zero.

        Returns ``dx`` (batch, time, features), ``dW``, ``dU``, ``db``, each of its weight's shape,
        and ``dh0`` (batch, units).
        Raises ValueError when a shape does not fit, or ``forward`` has not written on the tape.
        """
        _check_tape(tape, "SimpleRNN")
        x, W, U, h = tape.x, tape.W, tape.U, tape.h
        d_outputs = _output_gradient(d_outputs, tape)
        dh = _state_gradient("d_h", d_h, tape)

        da = np.zeros_like(h)
        for t in range(len(h) - 1, 0, -1):
            dh = dh + d_outputs[t]  # h_t is an output, besides what it does to later steps
            dh, dh_held = _split(dh, t, tape.real)
            da[t] = dh * (1 - h[t] ** 2)  # tanh′(a) = 1 − tanh²(a)
            dh = da[t] @ U.T + dh_held  # now of h_{t-1}

        dx = da @ W.T
        dW = _sum_over_time(x[1:], da[1:])  # Σ x_tᵀ da_t
        dU = _sum_over_time(h[:-1], da[1:])  # Σ h_{t-1}ᵀ da_t
        db = da.sum((0, 1))
        return _batch_first(dx), dW, dU, db, dh


class LSTM:
    """Long short-term memory (Hochreiter and Schmidhuber, 1997; Gers et al., 2000).

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
        _check_weights("LSTM", W, U, b)
        _check_input(x, ("batch", "features"), W)
        _check_state("h", h, len(x), U)
        _check_state("c", c, len(x), U)
        i, f, c_tilde, o = LSTM._gates(x, h, W, U, b)
        c = f * c + i * c_tilde
        h = o * np.tanh(c)
        return h, c

    @staticmethod
    def _gates(x: Array, h: Array, W: Array, U: Array, b: Array) -> tuple[Array, ...]:
        """i, f, c̃ and o, (batch, units) each: one product for all four, then block by block."""
        a_i, a_f, a_c, a_o = _blocks(x @ W + h @ U + b, 4)
        i = _sigmoid(a_i)
        f = _sigmoid(a_f)
        c_tilde = np.tanh(a_c)
        o = _sigmoid(a_o)
        return i, f, c_tilde, o

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
        tape: a Tape to write on, when ``backward`` is to follow.

        Returns ``outputs`` (batch, time, units) and the final states ``h`` and ``c``, (batch,
        units) each, as Keras' layer does with ``return_sequences=True, return_state=True``.
        Raises ValueError when a shape does not fit.
        """
        x, W, U, b, h0, c0 = _one_dtype(x, W, U, b, h0, c0)
        _check_weights("LSTM", W, U, b)
        _check_input(x, ("batch", "time", "features"), W)
        real, shown = _read_mask(mask, x, zero_output_for_mask)
        h = _room_for_states("h0", h0, x, U)
        c = _room_for_states("c0", c0, x, U)
        x = _time_first(x)
        if tape is not None:
            _start(tape, "LSTM", x=x, W=W, U=U, h=h, c=c, real=real, shown=shown)
            tape.i, tape.f, tape.c_tilde, tape.o = (np.zeros_like(h) for _ in range(4))

        for t in range(1, len(h)):
            i, f, c_tilde, o = LSTM._gates(x[t], h[t - 1], W, U, b)
            c[t] = f * c[t - 1] + i * c_tilde
            h[t] = o * np.tanh(c[t])
            _hold(c, t, real)
            _hold(h, t, real)
            if tape is not None:
                tape.i[t], tape.f[t], tape.c_tilde[t], tape.o[t] = i, f, c_tilde, o
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
        d_outputs: (batch, time, units), ∂L/∂outputs; None is zero.
        d_h, d_c: (batch, units), ∂L/∂h and ∂L/∂c for the final states; None is zero.

        Returns ``dx`` (batch, time, features), ``dW``, ``dU``, ``db``, each of its weight's shape,
        ``dh0`` and ``dc0`` (batch, units).
        Raises ValueError when a shape does not fit, or ``forward`` has not written on the tape.
        """
        _check_tape(tape, "LSTM")
        x, W, U, h, c = tape.x, tape.W, tape.U, tape.h, tape.c
        d_outputs = _output_gradient(d_outputs, tape)
        dh = _state_gradient("d_h", d_h, tape)
        dc = _state_gradient("d_c", d_c, tape)

        da = np.zeros((*h.shape[:2], W.shape[1]), h.dtype)
        for t in range(len(h) - 1, 0, -1):
            i, f, c_tilde, o = tape.i[t], tape.f[t], tape.c_tilde[t], tape.o[t]
            tanh_c = np.tanh(c[t])
            dh = dh + d_outputs[t]  # h_t is an output, besides what it does to later steps
            dh, dh_held = _split(dh, t, tape.real)
            dc, dc_held = _split(dc, t, tape.real)

            do = dh * tanh_c  # h_t = o_t ⊙ tanh(c_t)
            dc = dc + dh * o * (1 - tanh_c**2)
            df = dc * c[t - 1]  # c_t = f_t ⊙ c_{t-1} + i_t ⊙ c̃_t
            di = dc * c_tilde
            dc_tilde = dc * i

            da_i = di * i * (1 - i)  # σ′(a) = σ(a) (1 − σ(a))
            da_f = df * f * (1 - f)
            da_c = dc_tilde * (1 - c_tilde**2)  # tanh′(a) = 1 − tanh²(a)
            da_o = do * o * (1 - o)
            np.concatenate([da_i, da_f, da_c, da_o], axis=1, out=da[t])

            dh = da[t] @ U.T + dh_held  # now of h_{t-1}
            dc = dc * f + dc_held  # now of c_{t-1}

        dx = da @ W.T
        dW = _sum_over_time(x[1:], da[1:])  # Σ x_tᵀ da_t
        dU = _sum_over_time(h[:-1], da[1:])  # Σ h_{t-1}ᵀ da_t
        db = da.sum((0, 1))
        return _batch_first(dx), dW, dU, db, dh, dc


class GRU:
    """The gated recurrent unit (Cho et al., 2014), its reset gate after or before the product.

    z_t = σ(x_t W_z + b_z + h_{t-1} U_z + b'_z)              update gate
    r_t = σ(x_t W_r + b_r + h_{t-1} U_r + b'_r)              reset gate
    h̃_t = tanh(x_t W_h + b_h + r_t ⊙ (h_{t-1} U_h + b'_h))   candidate, reset_after=True (default)
    h̃_t = tanh(x_t W_h + b_h + (r_t ⊙ h_{t-1}) U_h)          candidate, reset_after=False
    h_t = z_t ⊙ h_{t-1} + (1 − z_t) ⊙ h̃_t                    state, and output

    W: (features, 3·units)   Keras' ``kernel``; the blocks W_z, W_r, W_h stand side by side
    U: (units, 3·units)      Keras' ``recurrent_kernel``, in the same order
    b: (2, 3·units)          Keras' ``bias``: the first row is b, the second b'; with
    reset_after=False it is (3·units,), and there is no b' in any of the equations

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
        _check_weights("GRU", W, U, b, reset_after)
        _check_input(x, ("batch", "features"), W)
        _check_state("h", h, len(x), U)
        z, _r, h_tilde, _inner = GRU._gates(x, h, W, U, b, reset_after)
        return z * h + (1 - z) * h_tilde

    @staticmethod
    def _gates(
        x: Array, h: Array, W: Array, U: Array, b: Array, reset_after: bool
    ) -> tuple[Array, ...]:
        """z, r, h̃, and what stands between r and h̃: h U_h + b'_h, or r ⊙ h if reset before.

        (batch, units) each.
        """
        if reset_after:
            x_z, x_r, x_h = _blocks(x @ W + b[0], 3)
            h_z, h_r, inner = _blocks(h @ U + b[1], 3)
            z = _sigmoid(x_z + h_z)
            r = _sigmoid(x_r + h_r)
            h_tilde = np.tanh(x_h + r * inner)
        else:
            x_z, x_r, x_h = _blocks(x @ W + b, 3)
            U_z, U_r, U_h = _blocks(U, 3)
            z = _sigmoid(x_z + h @ U_z)
            r = _sigmoid(x_r + h @ U_r)
            inner = r * h
            h_tilde = np.tanh(x_h + inner @ U_h)
        return z, r, h_tilde, inner

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
        tape: a Tape to write on, when ``backward`` is to follow.

        Returns ``outputs`` (batch, time, units) and the final ``state`` (batch, units), as Keras'
        layer does with ``return_sequences=True, return_state=True``.
        Raises ValueError when a shape does not fit.
        """
        x, W, U, b, h0 = _one_dtype(x, W, U, b, h0)
        _check_weights("GRU", W, U, b, reset_after)
        _check_input(x, ("batch", "time", "features"), W)
        real, shown = _read_mask(mask, x, zero_output_for_mask)
        h = _room_for_states("h0", h0, x, U)
        x = _time_first(x)
        if tape is not None:
            _start(tape, "GRU", x=x, W=W, U=U, h=h, real=real, shown=shown)
            tape.reset_after = reset_after
            tape.z, tape.r, tape.h_tilde, tape.inner = (np.zeros_like(h) for _ in range(4))

        for t in range(1, len(h)):
            z, r, h_tilde, inner = GRU._gates(x[t], h[t - 1], W, U, b, reset_after)
            h[t] = z * h[t - 1] + (1 - z) * h_tilde
            _hold(h, t, real)
            if tape is not None:
                tape.z[t], tape.r[t], tape.h_tilde[t], tape.inner[t] = z, r, h_tilde, inner
        return _outputs(h, shown), h[-1].copy()

    @staticmethod
    def backward(
        tape: Tape, d_outputs: Array | None = None, d_h: Array | None = None
    ) -> tuple[Array, Array, Array, Array, Array]:
        """Backpropagation through time: the gradients of the loss, from the last step to the first.

        tape: the one that ``forward`` wrote; it knows which of the two GRUs that was.
        d_outputs: (batch, time, units), ∂L/∂outputs; None is zero.
        d_h: (batch, units), ∂L/∂state for the final state; None is zero.

        Returns ``dx`` (batch, time, features), ``dW``, ``dU``, ``db``, each of its weight's shape,
        and ``dh0`` (batch, units).
        Raises ValueError when a shape does not fit, or ``forward`` has not written on the tape.
        """
        _check_tape(tape, "GRU")
        x, W, U, h, reset_after = tape.x, tape.W, tape.U, tape.h, tape.reset_after
        d_outputs = _output_gradient(d_outputs, tape)
        dh = _state_gradient("d_h", d_h, tape)
        n = 2 * len(U)  # the columns of z and r; those of h̃ follow
        U_zr, U_h = U[:, :n], U[:, n:]

        da = np.zeros((*h.shape[:2], W.shape[1]), h.dtype)
        d_inner = np.zeros_like(h)
        for t in range(len(h) - 1, 0, -1):
            z, r, h_tilde, inner = tape.z[t], tape.r[t], tape.h_tilde[t], tape.inner[t]
            dh = dh + d_outputs[t]  # h_t is an output, besides what it does to later steps
            dh, dh_held = _split(dh, t, tape.real)

            dz = dh * (h[t - 1] - h_tilde)  # h_t = z_t ⊙ h_{t-1} + (1 − z_t) ⊙ h̃_t
            dh_tilde = dh * (1 - z)
            dh = dh * z + dh_held  # now of h_{t-1}: the first of its paths
            da_h = dh_tilde * (1 - h_tilde**2)  # tanh′(a) = 1 − tanh²(a)
            if reset_after:
                dr = da_h * inner  # h̃_t = tanh(… + r_t ⊙ inner_t), inner_t = h_{t-1} U_h + b'_h
                d_inner[t] = da_h * r
                dh = dh + d_inner[t] @ U_h.T
            else:
                d_inner[t] = da_h @ U_h.T  # h̃_t = tanh(… + inner_t U_h), inner_t = r_t ⊙ h_{t-1}
                dr = d_inner[t] * h[t - 1]
                dh = dh + d_inner[t] * r
            da_z = dz * z * (1 - z)  # σ′(a) = σ(a) (1 − σ(a))
            da_r = dr * r * (1 - r)
            np.concatenate([da_z, da_r, da_h], axis=1, out=da[t])
            dh = dh + da[t][:, :n] @ U_zr.T

        dx = da @ W.T
        dW = _sum_over_time(x[1:], da[1:])  # Σ x_tᵀ da_t
        dU_zr = _sum_over_time(h[:-1], da[1:, :, :n])  # Σ h_{t-1}ᵀ da_t
        db = da.sum((0, 1))
        if reset_after:
            dU_h = _sum_over_time(h[:-1], d_inner[1:])  # Σ h_{t-1}ᵀ d_inner_t
            db = np.stack([db, np.concatenate([db[:n], d_inner.sum((0, 1))])])  # of b, and of b'
        else:
            dU_h = _sum_over_time(tape.inner[1:], da[1:, :, n:])  # Σ inner_tᵀ da_t
        dU = np.concatenate([dU_zr, dU_h], axis=1)
        return _batch_first(dx), dW, dU, db, dh


# Arithmetic ---------------------------------------------------------------------------------------


def _sigmoid(a: Array) -> Array:
    """σ(a) = 1 / (1 + e^{-a}), written with tanh: nothing overflows, however negative a is."""
    return 0.5 + 0.5 * np.tanh(0.5 * a)


def _blocks(a: Array, count: int) -> list[Array]:
    """The blocks of columns that stand side by side in a: (..., count·units)."""
    units = a.shape[-1] // count
    return [a[..., k * units : (k + 1) * units] for k in range(count)]


def _sum_over_time(left: Array, right: Array) -> Array:
    """Σ_t left_tᵀ right_t, (n, m), as one product; left: (time, batch, n), right: (.., .., m)."""
    return left.reshape(-1, left.shape[-1]).T @ right.reshape(-1, right.shape[-1])


def _one_dtype(*arrays: ArrayLike | None) -> list[Any]:
    """The arrays in the widest floating dtype among them; what was left out stays None."""
    given = [None if array is None else np.asarray(array) for array in arrays]
    dtype = np.result_type(np.float16, *(array for array in given if array is not None))
    return [None if array is None else array.astype(dtype, copy=False) for array in given]


# Time ---------------------------------------------------------------------------------------------


def _time_first(x: Array) -> Array:
    """(batch, time, n) as (time + 1, batch, n): x[t] is step t, one block of memory; x[0] is 0."""
    batch, time, n = x.shape
    steps = np.zeros((time + 1, batch, n), x.dtype)
    steps[1:] = x.swapaxes(0, 1)
    return steps


def _batch_first(steps: Array) -> Array:
    """Back from (time + 1, batch, n) to (batch, time, n)."""
    return np.ascontiguousarray(steps[1:].swapaxes(0, 1))


def _room_for_states(name: str, first: Array | None, x: Array, U: Array) -> Array:
    """(time + 1, batch, units) with the first state at 0; x: (batch, time, features)."""
    batch, time, _ = x.shape
    states = np.zeros((time + 1, batch, len(U)), x.dtype)
    if first is not None:
        _check_state(name, first, batch, U)
        states[0] = first
    return states


# Masks --------------------------------------------------------------------------------------------


def _read_mask(
    mask: ArrayLike | None, x: Array, zero_output_for_mask: bool
) -> tuple[Array | None, Array | None]:
    """Which steps are real, and where the state is shown as output; (time + 1, batch, 1) each.

    None twice when there is no mask. x: (batch, time, features).
    """
    if mask is None:
        return None, None
    real = np.asarray(mask)
    if real.shape != x.shape[:2]:
        raise ValueError(
            f"mask has shape {real.shape}, expected {x.shape[:2]}: one truth value for each "
            "step of each sequence in x."
        )
    real = _time_first(real.astype(bool)[:, :, None])
    return real, real if zero_output_for_mask else np.logical_or.accumulate(real)


def _hold(states: Array, t: int, real: Array | None) -> None:
    """At a padded step the state stays what it was."""
    if real is not None:
        np.copyto(states[t], states[t - 1], where=~real[t])


def _split(d_state: Array, t: int, real: Array | None) -> tuple[Array, Array | int]:
    """Two parts of the gradient of a state: for the equations, and for the state that was held."""
    if real is None:
        return d_state, 0
    return np.where(real[t], d_state, 0), np.where(real[t], 0, d_state)


def _outputs(h: Array, shown: Array | None) -> Array:
    """The outputs, (batch, time, units): the held state is the output repeated."""
    return _batch_first(h if shown is None else np.where(shown, h, 0))


def _output_gradient(d_outputs: ArrayLike | None, tape: Tape) -> Array:
    """∂L/∂outputs as (time + 1, batch, units), zero where the output was not the state."""
    if d_outputs is None:
        return np.zeros_like(tape.h)
    given = np.asarray(d_outputs, tape.h.dtype)
    steps, batch, units = tape.h.shape
    if given.shape != (batch, steps - 1, units):
        hint = " For a loss of the final state alone, pass d_h." if given.ndim == 2 else ""
        raise ValueError(
            f"d_outputs has shape {given.shape}, expected {(batch, steps - 1, units)}, the shape "
            f"of the outputs: one gradient for each.{hint}"
        )
    given = _time_first(given)
    return given if tape.shown is None else np.where(tape.shown, given, 0)


def _state_gradient(name: str, d_state: ArrayLike | None, tape: Tape) -> Array:
    """The gradient with respect to a final state, (batch, units)."""
    if d_state is None:
        return np.zeros_like(tape.h[0])
    given = np.array(d_state, tape.h.dtype)
    if given.shape != tape.h[0].shape:
        raise ValueError(
            f"{name} has shape {given.shape}, expected {tape.h[0].shape}, the shape of the final "
            "state: one row for each example, one column for each unit."
        )
    return given


# The tape -----------------------------------------------------------------------------------------


def _start(tape: Tape, cell: str, **arrays: Array | None) -> None:
    """A new recording, in the place of any old one."""
    vars(tape).clear()
    vars(tape).update(arrays, cell=cell)


def _check_tape(tape: Tape, cell: str) -> None:
    """The tape holds a forward of this cell."""
    written = getattr(tape, "cell", None)
    if written is None:
        raise ValueError(
            f"nothing is written on the tape: make one, tape = Tape(), pass it to the forward step "
            f"first, {cell}.forward(..., tape=tape), and then to {cell}.backward(tape, ...)."
        )
    if written != cell:
        raise ValueError(
            f"the tape was written by {written}.forward, expected {cell}.forward: each cell has "
            f"its own derivative. Use {written}.backward, or run {cell}.forward on this tape."
        )


# Shapes -------------------------------------------------------------------------------------------

_BLOCKS = {"SimpleRNN": "h", "GRU": "zrh", "LSTM": "ifco"}  # the columns of W, U and b, in order


def _check_weights(cell: str, W: Array, U: Array, b: Array, two_biases: bool = False) -> None:
    """W, U and b agree on the number of units, and have the cell's number of blocks."""
    count = len(_BLOCKS[cell])
    if U.ndim != 2 or U.shape[1] != count * len(U):
        raise ValueError(f"U has shape {U.shape}, expected {_expected_of_U(cell, U)}")
    units = len(U)
    because = f"units is {units} because U is {U.shape}."
    columns = count * units
    if W.ndim != 2 or W.shape[1] != columns:
        hint = " Is W transposed?" if W.ndim == 2 and W.shape[0] == columns else ""
        raise ValueError(f"W has shape {W.shape}, expected (features, {columns}): {because}{hint}")
    expected = (2, columns) if two_biases else (columns,)
    if b.shape != expected:
        if cell != "GRU":
            hint = "One bias for each column of U, in one dimension."
        elif two_biases:
            hint = "Biases of the input, then of the state; a bias in one row is reset_after=False."
        else:
            hint = "With reset_after=False there is one row; a bias in two is reset_after=True."
        raise ValueError(f"b has shape {b.shape}, expected {expected}: {because} {hint}")


def _expected_of_U(cell: str, U: Array) -> str:
    """The shape that U should have, why, and a guess at what happened."""
    blocks = _BLOCKS[cell]
    if cell == "SimpleRNN":
        text = (
            "(units, units): it carries the state to the next state, so it is square. "
            "Are W and U swapped?"
        )
    else:
        text = (
            f"(units, {len(blocks)}·units): the {len(blocks)} square blocks "
            f"{', '.join(blocks)} stand side by side. Are W and U swapped?"
        )
    for other, its_blocks in _BLOCKS.items():
        if U.ndim == 2 and U.shape[1] == len(its_blocks) * len(U):
            text += f" This is the shape of U in {other}."
    return text


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
