// Networks of dense layers, one learner per lane: forward, backward and gradients.
//
// Owns:      the order of every sum: inputs, outputs and samples in ascending order.
// Must not:  know losses, policies or environments.
// Invariant: how sums are blocked to stay in registers never changes their order, so every
//            instruction set gives the same bits.
#pragma once

#include <lockstep/detail/lane/math.hpp>
#include <lockstep/detail/network/network_shape.hpp>
#include <lockstep/detail/random/rng.hpp>

namespace lockstep {

template <class L>
LOCKSTEP_INLINE typename L::real load_row(const typename L::scalar* rows, int row) noexcept {
    return L::real::load(rows + std::int64_t{row} * lane_count);
}
template <class L>
LOCKSTEP_INLINE void store_row(const typename L::real& value, typename L::scalar* rows,
                               int row) noexcept {
    value.store(rows + std::int64_t{row} * lane_count);
}

// Parameters of sixteen learners, one lane each.
template <class L>
struct OwnParameters {
    const typename L::scalar* rows;
    LOCKSTEP_INLINE typename L::real operator[](int row) const noexcept {
        return load_row<L>(rows, row);
    }
};

// Parameters of one learner, whose samples fill the lanes.
template <class L>
struct SharedParameters {
    const typename L::scalar* numbers;
    LOCKSTEP_INLINE typename L::real operator[](int row) const noexcept {
        return typename L::real(numbers[row]);
    }
};

// How many sums stay in registers at once: as many as hide the latency of an fma, and fit.
template <class L>
inline constexpr int block_rows = L::real::parts <= 2 ? 4 : 1;

// Calls body.template operator()<n>(first) for blocks of n rows that cover first .. count-1: N,
// then half of it, and so on.
template <int N>
LOCKSTEP_INLINE void for_blocks_of(int count, auto&& body, int first = 0) noexcept {
    for (; first + N <= count; first += N) body.template operator()<N>(first);
    if constexpr (N > 1) for_blocks_of<N / 2>(count, body, first);
}

// The same with blocks of Most, a power of two; or, if these leave no remainder and there are
// enough registers, of five or ten, since layers of ten are common.
template <class L, int Most>
LOCKSTEP_INLINE void for_blocks(int count, auto&& body) noexcept {
    if constexpr (L::real::parts == 1) {
        constexpr int fives = Most / 4 * 5;
        if (count % fives == 0) {
            for (int first = 0; first < count; first += fives)
                body.template operator()<fives>(first);
            return;
        }
    }
    for_blocks_of<Most>(count, body);
}

template <class L>
LOCKSTEP_INLINE typename L::real activated(Activation activation,
                                           const typename L::real& x) noexcept {
    using real = typename L::real;
    switch (activation) {
        case Activation::relu:
            return select(x > real(0), x, real(0));
        case Activation::elu:
            return select(x > real(0), x, expm1(x));
        case Activation::tanh:
            return tanh(x);
        case Activation::sigmoid:
            return real(1) / (real(1) + exp(-x));
        default:
            return x;
    }
}

// Applies the activation to `count` values. Not inlined: repeated for every value of a block of
// sums, exponentials would make up most of the code to compile.
template <class L>
LOCKSTEP_KERNEL [[gnu::noinline]] void activate(Activation activation, typename L::scalar* values,
                                                std::int64_t count) noexcept {
    using real = typename L::real;
    for (std::int64_t i = 0; i < count; i += lane_count)
        activated<L>(activation, real::load(values + i)).store(values + i);
}

// The derivative of an activation where its value is y.
template <class L>
LOCKSTEP_INLINE typename L::real activation_derivative(Activation activation,
                                                       const typename L::real& y) noexcept {
    using real = typename L::real;
    switch (activation) {
        case Activation::relu:
            return select(y > real(0), real(1), real(0));
        case Activation::elu:
            return select(y > real(0), real(1), y + real(1));
        case Activation::tanh:
            return fnma(y, y, real(1));
        case Activation::sigmoid:
            return y * (real(1) - y);
        default:
            return real(1);
    }
}

// Multiplies `count` deltas by the activation's slope at the corresponding values. Not inlined, for
// the same reason.
template <class L>
LOCKSTEP_KERNEL [[gnu::noinline]] void through_activation(Activation activation,
                                                          const typename L::scalar* values,
                                                          typename L::scalar* deltas,
                                                          std::int64_t count) noexcept {
    using real = typename L::real;
    for (std::int64_t i = 0; i < count; i += lane_count)
        (real::load(deltas + i) * activation_derivative<L>(activation, real::load(values + i)))
            .store(deltas + i);
}

// O outputs of S samples, `stride` elements apart; before their activation, except that relu is
// applied here, where it costs less than another pass through memory.
template <class L, int O, int S, class Parameters>
LOCKSTEP_KERNEL [[gnu::noinline]] void dense(const LayerShape& layer, Parameters parameters,
                                             int output, typename L::scalar* sample,
                                             std::int64_t stride) noexcept {
    using real = typename L::real;
    real sum[O][S];
#pragma GCC unroll 16
    for (int o = 0; o < O; ++o) {
        const real bias = layer.biases < 0 ? real(0) : parameters[layer.biases + output + o];
#pragma GCC unroll 16
        for (int s = 0; s < S; ++s) sum[o][s] = bias;
    }
    const int inputs = layer.inputs, first = layer.weights + output * inputs;
    const typename L::scalar* from = sample + std::int64_t{layer.from} * lane_count;
    for (int j = 0; j < inputs; ++j) {
        real x[S];
#pragma GCC unroll 16
        for (int s = 0; s < S; ++s) x[s] = load_row<L>(from + s * stride, j);
#pragma GCC unroll 16
        for (int o = 0; o < O; ++o) {
            const real w = parameters[first + o * inputs + j];
#pragma GCC unroll 16
            for (int s = 0; s < S; ++s) sum[o][s] = fma(w, x[s], sum[o][s]);
        }
    }
    const bool relu = layer.activation == Activation::relu;
#pragma GCC unroll 16
    for (int s = 0; s < S; ++s) {
#pragma GCC unroll 16
        for (int o = 0; o < O; ++o) {
            const real x = sum[o][s];
            store_row<L>(relu ? activated<L>(Activation::relu, x) : x, sample + s * stride,
                         layer.to + output + o);
        }
    }
}

// Replaces `count` rows by their softmax.
template <class L>
LOCKSTEP_KERNEL [[gnu::noinline]] void softmax_rows(typename L::scalar* rows, int count) noexcept {
    using real = typename L::real;
    real most = load_row<L>(rows, 0), sum(0);
    for (int k = 1; k < count; ++k) {
        const real x = load_row<L>(rows, k);
        most = select(x > most, x, most);
    }
    for (int k = 0; k < count; ++k) {
        const real e = exp(load_row<L>(rows, k) - most);
        sum += e;
        store_row<L>(e, rows, k);
    }
    for (int k = 0; k < count; ++k) store_row<L>(load_row<L>(rows, k) / sum, rows, k);
}

// Calls body.template operator()<S>(first sample) for samples in groups of S.
template <class L>
LOCKSTEP_INLINE void for_samples(int count, auto&& body) noexcept {
    for_blocks_of<block_rows<L>>(count, body);
}

// Fills in the outputs of every layer for `count` samples, given their inputs.
template <class L, class Parameters>
LOCKSTEP_INLINE void forward_with(const NetworkShape& shape, Parameters parameters,
                                  typename L::scalar* samples, int count) noexcept {
    const std::int64_t stride = std::int64_t{shape.rows} * lane_count;
    for (int l = 0; l < shape.layer_count; ++l) {
        const LayerShape& layer = shape.layers[l];
        for_samples<L>(count, [&]<int S>(int s) LOCKSTEP_LAMBDA {
            constexpr int most = S == 1 && L::real::parts == 1 ? 8 : block_rows<L>;
            for_blocks<L, most>(layer.outputs, [&]<int O>(int output) LOCKSTEP_LAMBDA {
                dense<L, O, S>(layer, parameters, output, samples + s * stride, stride);
            });
        });
        if (layer.activation == Activation::identity || layer.activation == Activation::relu)
            continue;
        for (int s = 0; s < count; ++s) {
            typename L::scalar* rows = samples + s * stride + layer.to * lane_count;
            if (layer.activation == Activation::softmax)
                softmax_rows<L>(rows, layer.outputs);
            else
                activate<L>(layer.activation, rows, layer.outputs * lane_count);
        }
    }
}

template <class L>
LOCKSTEP_KERNEL void forward(const NetworkShape& shape, const typename L::scalar* parameters,
                             typename L::scalar* samples, int count) noexcept {
    forward_with<L>(shape, OwnParameters<L>{parameters}, samples, count);
}
template <class L>
LOCKSTEP_KERNEL [[gnu::noinline]] void forward_shared(const NetworkShape& shape,
                                                      const typename L::scalar* parameters,
                                                      typename L::scalar* samples,
                                                      int count) noexcept {
    forward_with<L>(shape, SharedParameters<L>{parameters}, samples, count);
}

// The gradients of J inputs of S samples; also through their activation, if it is relu.
template <class L, int J, int S, class Parameters>
LOCKSTEP_KERNEL [[gnu::noinline]] void dense_back(const LayerShape& layer, bool relu,
                                                  Parameters parameters, int input,
                                                  const typename L::scalar* sample,
                                                  typename L::scalar* deltas,
                                                  std::int64_t stride) noexcept {
    using real = typename L::real;
    real sum[J][S];
    for (auto& row : sum) {
        for (real& x : row) x = real(0);
    }
    for (int o = 0; o < layer.outputs; ++o) {
        real delta[S];
#pragma GCC unroll 16
        for (int s = 0; s < S; ++s) delta[s] = load_row<L>(deltas + s * stride, layer.to + o);
#pragma GCC unroll 16
        for (int j = 0; j < J; ++j) {
            const real w = parameters[layer.weights + o * layer.inputs + input + j];
#pragma GCC unroll 16
            for (int s = 0; s < S; ++s) sum[j][s] = fma(w, delta[s], sum[j][s]);
        }
    }
#pragma GCC unroll 16
    for (int s = 0; s < S; ++s) {
#pragma GCC unroll 16
        for (int j = 0; j < J; ++j) {
            const int row = layer.from + input + j;
            real x = sum[j][s];
            if (relu)
                x = x * activation_derivative<L>(Activation::relu,
                                                 load_row<L>(sample + s * stride, row));
            store_row<L>(x, deltas + s * stride, row);
        }
    }
}

// Deltas have the rows of samples: row r is the gradient of the loss by row r before its
// activation. Given the deltas of the network's outputs, fills in all others except the inputs'.
template <class L, class Parameters>
LOCKSTEP_INLINE void backward_with(const NetworkShape& shape, Parameters parameters,
                                   const typename L::scalar* samples, typename L::scalar* deltas,
                                   int count) noexcept {
    const std::int64_t stride = std::int64_t{shape.rows} * lane_count;
    for (int l = shape.layer_count - 1; l > 0; --l) {
        const LayerShape& layer = shape.layers[l];
        const Activation below = shape.layers[l - 1].activation;
        for_samples<L>(count, [&]<int S>(int s) LOCKSTEP_LAMBDA {
            for_blocks<L, block_rows<L>>(layer.inputs, [&]<int J>(int input) LOCKSTEP_LAMBDA {
                dense_back<L, J, S>(layer, below == Activation::relu, parameters, input,
                                    samples + s * stride, deltas + s * stride, stride);
            });
        });
        if (below == Activation::identity || below == Activation::relu) continue;
        const std::int64_t from = std::int64_t{layer.from} * lane_count;
        for (int s = 0; s < count; ++s) {
            through_activation<L>(below, samples + s * stride + from, deltas + s * stride + from,
                                  std::int64_t{layer.inputs} * lane_count);
        }
    }
}

template <class L>
LOCKSTEP_KERNEL void backward(const NetworkShape& shape, const typename L::scalar* parameters,
                              const typename L::scalar* samples, typename L::scalar* deltas,
                              int count) noexcept {
    backward_with<L>(shape, OwnParameters<L>{parameters}, samples, deltas, count);
}
template <class L>
LOCKSTEP_KERNEL [[gnu::noinline]] void backward_shared(const NetworkShape& shape,
                                                       const typename L::scalar* parameters,
                                                       const typename L::scalar* samples,
                                                       typename L::scalar* deltas,
                                                       int count) noexcept {
    backward_with<L>(shape, SharedParameters<L>{parameters}, samples, deltas, count);
}

// Turns the gradients by the network's outputs, in the last rows of the deltas, into gradients by
// the inputs of its last activation.
template <class L>
LOCKSTEP_KERNEL void output_backward(const NetworkShape& shape, const typename L::scalar* samples,
                                     typename L::scalar* deltas, int count) noexcept {
    using real = typename L::real;
    const LayerShape& layer = shape.layers[shape.layer_count - 1];
    const std::int64_t stride = std::int64_t{shape.rows} * lane_count;
    for (int s = 0; s < count; ++s) {
        const typename L::scalar* y = samples + s * stride;
        typename L::scalar* d = deltas + s * stride;
        real dot(0);
        for (int o = 0; o < layer.outputs; ++o)
            dot = fma(load_row<L>(y, layer.to + o), load_row<L>(d, layer.to + o), dot);
        for (int o = 0; o < layer.outputs; ++o) {
            const real value = load_row<L>(y, layer.to + o), by = load_row<L>(d, layer.to + o);
            const bool whole = layer.activation == Activation::softmax;
            store_row<L>(
                whole ? value * (by - dot) : by * activation_derivative<L>(layer.activation, value),
                d, layer.to + o);
        }
    }
}

// Adds to the gradients of the weights from J inputs to O outputs.
template <class L, int O, int J>
LOCKSTEP_KERNEL [[gnu::noinline]] void add_outer(const LayerShape& layer, int output, int input,
                                                 const typename L::scalar* samples,
                                                 const typename L::scalar* deltas,
                                                 std::int64_t stride, int count,
                                                 typename L::scalar* gradient) noexcept {
    using real = typename L::real;
    real sum[O][J];
    const int first = layer.weights + output * layer.inputs + input;
#pragma GCC unroll 16
    for (int o = 0; o < O; ++o) {
#pragma GCC unroll 16
        for (int j = 0; j < J; ++j) sum[o][j] = load_row<L>(gradient, first + o * layer.inputs + j);
    }
    for (int s = 0; s < count; ++s) {
        real delta[O];
#pragma GCC unroll 16
        for (int o = 0; o < O; ++o) delta[o] = load_row<L>(deltas, layer.to + output + o);
#pragma GCC unroll 16
        for (int j = 0; j < J; ++j) {
            const real x = load_row<L>(samples, layer.from + input + j);
#pragma GCC unroll 16
            for (int o = 0; o < O; ++o) sum[o][j] = fma(delta[o], x, sum[o][j]);
        }
        samples += stride, deltas += stride;
    }
#pragma GCC unroll 16
    for (int o = 0; o < O; ++o) {
#pragma GCC unroll 16
        for (int j = 0; j < J; ++j) store_row<L>(sum[o][j], gradient, first + o * layer.inputs + j);
    }
}

// Adds to the gradients of O biases.
template <class L, int O>
LOCKSTEP_KERNEL [[gnu::noinline]] void add_deltas(const LayerShape& layer, int output,
                                                  const typename L::scalar* deltas,
                                                  std::int64_t stride, int count,
                                                  typename L::scalar* gradient) noexcept {
    typename L::real sum[O];
#pragma GCC unroll 16
    for (int o = 0; o < O; ++o) sum[o] = load_row<L>(gradient, layer.biases + output + o);
    for (int s = 0; s < count; ++s) {
#pragma GCC unroll 16
        for (int o = 0; o < O; ++o)
            sum[o] += load_row<L>(deltas + s * stride, layer.to + output + o);
    }
#pragma GCC unroll 16
    for (int o = 0; o < O; ++o) store_row<L>(sum[o], gradient, layer.biases + output + o);
}

// Adds the gradients of `count` samples, whose deltas are filled in, to the parameters'.
template <class L>
LOCKSTEP_KERNEL [[gnu::noinline]] void accumulate_gradients(const NetworkShape& shape,
                                                            const typename L::scalar* samples,
                                                            const typename L::scalar* deltas,
                                                            int count,
                                                            typename L::scalar* gradient) noexcept {
    const std::int64_t stride = std::int64_t{shape.rows} * lane_count;
    for (int l = 0; l < shape.layer_count; ++l) {
        const LayerShape& layer = shape.layers[l];
        for_blocks<L, block_rows<L>>(layer.outputs, [&]<int O>(int output) LOCKSTEP_LAMBDA {
            for_blocks<L, block_rows<L>>(layer.inputs, [&]<int J>(int input) LOCKSTEP_LAMBDA {
                add_outer<L, O, J>(layer, output, input, samples, deltas, stride, count, gradient);
            });
        });
        if (layer.biases < 0) continue;
        for_blocks<L, block_rows<L>>(layer.outputs, [&]<int O>(int output) LOCKSTEP_LAMBDA {
            add_deltas<L, O>(layer, output, deltas, stride, count, gradient);
        });
    }
}

// The sum over lanes of each of `count` rows: the gradient, if all lanes are samples of one
// learner. Fills whole vectors.
template <class L>
LOCKSTEP_KERNEL [[gnu::noinline]] void add_lanes(const typename L::scalar* rows, int count,
                                                 typename L::scalar* sums) noexcept {
    using real = typename L::real;
    for (int first = 0; first < count; first += lane_count) {
        real block[lane_count];
#pragma GCC unroll 16
        for (int i = 0; i < lane_count; ++i)
            block[i] = first + i < count ? load_row<L>(rows, first + i) : real(0);
        totals(block).store(sums + first);
    }
}

// Initializes the weights of the learners whose bit is set from their streams `key`; the others
// keep theirs. `network` distinguishes the networks of one learner.
template <class L>
LOCKSTEP_KERNEL void initialize(const NetworkShape& shape, Initialization how,
                                const std::uint32_t (&key)[2][lane_count], std::uint32_t network,
                                std::uint32_t lanes, typename L::scalar* parameters) noexcept {
    using real = typename L::real;
    using u32 = typename L::u32;
    const LaneKey<u32> keys = load_key<L>(key);
    const auto here = L::mask::from_bits(lanes);
    const auto put = [&](int row, const real& value) {
        store_row<L>(select(here, value, load_row<L>(parameters, row)), parameters, row);
    };
    for (int l = 0; l < shape.layer_count; ++l) {
        const LayerShape& layer = shape.layers[l];
        const int weights = layer.inputs * layer.outputs;
        const real inputs(layer.inputs), both(layer.inputs + layer.outputs);
        const bool glorot = how == Initialization::glorot_uniform;
        const real within = glorot ? sqrt(real(6) / both) : real(1) / sqrt(inputs);
        const int count = weights + (layer.biases < 0 ? 0 : layer.outputs);
        for (int k = 0; k < count; k += 2) {
            Rng<L, LaneKey<u32>> rng(keys, u32(network), u32(layer.weights + k));
            real pair[2];
            if (how == Initialization::normal_fan_in) {
                const auto normals = rng.normals();
                pair[0] = normals.first, pair[1] = normals.second;
            } else {
                for (real& x : pair) x = rng.uniform(-1, 1);
            }
            for (int i = 0; i < 2 && k + i < count; ++i) {
                const bool bias = k + i >= weights;
                const bool zero = bias && how != Initialization::uniform_fan_in;
                put((bias ? layer.biases - weights : layer.weights) + k + i,
                    zero ? real(0) : pair[i] * within);
            }
        }
    }
}

}  // namespace lockstep
