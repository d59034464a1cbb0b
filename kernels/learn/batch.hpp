// One network over many worlds at once: a sample holds a row of `columns` worlds for every row of
// the shape, and the products are Eigen's.
//
// Owns:      every use of Eigen in the library, under a name of each instruction set's own (see
//            batch_unit.cpp.in).
// Must not:  know losses, policies or environments, or let the machine's caches choose the order of
//            a sum.
// Invariant: the same bits from the same columns on one instruction set; columns are a multiple of
//            sixteen.
#pragma once

// Blocks of products are chosen for these caches, not for those of the machine that runs.
#define EIGEN_NO_CPUID
#define EIGEN_DEFAULT_L1_CACHE_SIZE 32768
#define EIGEN_DEFAULT_L2_CACHE_SIZE 524288
#define EIGEN_DEFAULT_L3_CACHE_SIZE 2097152
#define EIGEN_STACK_ALLOCATION_LIMIT 1048576  // packed operands live on the stack
// Those of Eigen 5 sum in another order than Eigen 3.4 does.
#define EIGEN_USE_AVX512_GEMM_KERNELS 0
#define EIGEN_DONT_PARALLELIZE
#define EIGEN_NO_DEBUG
#define EIGEN_NO_IO
#include <Eigen/Core>

#include <lockstep/kernels/learn/network.hpp>

namespace lockstep {

// Of column-major matrices [rows x columns]; a row of a sample is a column of its matrix.
template <class L>
class BatchMatrices {
public:
    using scalar = typename L::scalar;
    using Matrix = Eigen::Matrix<scalar, Eigen::Dynamic, Eigen::Dynamic>;
    using Map = Eigen::Map<Matrix>;
    using ConstMap = Eigen::Map<const Matrix>;

    explicit BatchMatrices(int columns) noexcept : columns_(columns) {}

    Map rows(scalar* sample, int first, int count) const noexcept {
        return Map(sample + std::int64_t{first} * columns_, columns_, count);
    }
    ConstMap rows(const scalar* sample, int first, int count) const noexcept {
        return ConstMap(sample + std::int64_t{first} * columns_, columns_, count);
    }
    static ConstMap weights(const LayerShape& layer, const scalar* parameters) noexcept {
        return ConstMap(parameters + layer.weights, layer.inputs, layer.outputs);
    }

    // outputs += weights * inputs.
    void forward(const LayerShape& layer, const scalar* parameters, scalar* sample) const noexcept {
        rows(sample, layer.to, layer.outputs).noalias() +=
            rows(static_cast<const scalar*>(sample), layer.from, layer.inputs) *
            weights(layer, parameters);
    }
    void input_deltas(const LayerShape& layer, const scalar* parameters,
                      scalar* deltas) const noexcept {
        rows(deltas, layer.from, layer.inputs).noalias() =
            rows(static_cast<const scalar*>(deltas), layer.to, layer.outputs) *
            weights(layer, parameters).transpose();
    }
    // Adds to the gradient.
    void outer(const LayerShape& layer, const scalar* sample, const scalar* deltas,
               scalar* gradient) const noexcept {
        Map(gradient + layer.weights, layer.inputs, layer.outputs).noalias() +=
            rows(sample, layer.from, layer.inputs).transpose() *
            rows(deltas, layer.to, layer.outputs);
    }

private:
    int columns_;
};

template <class L>
LOCKSTEP_KERNEL [[gnu::noinline]] void begin_with_bias(const LayerShape& layer,
                                                       const typename L::scalar* parameters,
                                                       typename L::scalar* sample,
                                                       int columns) noexcept {
    typename L::scalar* row = sample + std::int64_t{layer.to} * columns;
    for (int o = 0; o < layer.outputs; ++o, row += columns) {
        const typename L::real bias(layer.biases < 0 ? typename L::scalar(0)
                                                     : parameters[layer.biases + o]);
        for (int c = 0; c < columns; c += lane_count) bias.store(row + c);
    }
}

template <class L>
LOCKSTEP_KERNEL [[gnu::noinline]] void through_activation(Activation activation,
                                                          const typename L::scalar* values,
                                                          typename L::scalar* deltas,
                                                          std::int64_t count) noexcept {
    using real = typename L::real;
    for (std::int64_t i = 0; i < count; i += lane_count)
        (real::load(deltas + i) * slope<L>(activation, real::load(values + i))).store(deltas + i);
}

template <class L>
LOCKSTEP_KERNEL [[gnu::noinline]] void add_bias_gradient(const LayerShape& layer,
                                                         const typename L::scalar* deltas,
                                                         int columns,
                                                         typename L::scalar* gradient) noexcept {
    using real = typename L::real;
    const typename L::scalar* row = deltas + std::int64_t{layer.to} * columns;
    for (int o = 0; o < layer.outputs; ++o, row += columns) {
        real sum(0);
        for (int c = 0; c < columns; c += lane_count) sum += real::load(row + c);
        typename L::scalar lanes[lane_count];
        sum.store(lanes);
        for (const typename L::scalar x : lanes) gradient[layer.biases + o] += x;
    }
}

// Fills in the outputs of every layer. No layer is a softmax.
template <class L>
void batch_forward(const NetworkShape& shape, const typename L::scalar* parameters,
                   typename L::scalar* sample, int columns) noexcept {
    const BatchMatrices<L> matrices(columns);
    for (int l = 0; l < shape.layer_count; ++l) {
        const LayerShape& layer = shape.layers[l];
        begin_with_bias<L>(layer, parameters, sample, columns);
        matrices.forward(layer, parameters, sample);
        if (layer.activation == Activation::identity) continue;
        activate<L>(layer.activation, sample + std::int64_t{layer.to} * columns,
                    std::int64_t{layer.outputs} * columns);
    }
}

// From deltas of the network's outputs, which have the rows of samples, fills in all others but the
// inputs', and adds the gradients of all parameters.
template <class L>
void batch_backward(const NetworkShape& shape, const typename L::scalar* parameters,
                    const typename L::scalar* sample, typename L::scalar* deltas, int columns,
                    typename L::scalar* gradient) noexcept {
    const BatchMatrices<L> matrices(columns);
    for (int l = shape.layer_count - 1; l >= 0; --l) {
        const LayerShape& layer = shape.layers[l];
        matrices.outer(layer, sample, deltas, gradient);
        if (layer.biases >= 0) add_bias_gradient<L>(layer, deltas, columns, gradient);
        if (l == 0) break;
        matrices.input_deltas(layer, parameters, deltas);
        const Activation below = shape.layers[l - 1].activation;
        if (below == Activation::identity) continue;
        const std::int64_t from = std::int64_t{layer.from} * columns;
        through_activation<L>(below, sample + from, deltas + from,
                              std::int64_t{layer.inputs} * columns);
    }
}

// The products of a forward and a backward pass, and nothing else: what a batched learner is
// measured against.
template <class L>
void batch_products(const NetworkShape& shape, const typename L::scalar* parameters,
                    typename L::scalar* sample, typename L::scalar* deltas, int columns,
                    typename L::scalar* gradient) noexcept {
    const BatchMatrices<L> matrices(columns);
    for (int l = 0; l < shape.layer_count; ++l)
        matrices.forward(shape.layers[l], parameters, sample);
    for (int l = shape.layer_count - 1; l >= 0; --l) {
        matrices.outer(shape.layers[l], sample, deltas, gradient);
        if (l > 0) matrices.input_deltas(shape.layers[l], parameters, deltas);
    }
}

}  // namespace lockstep
