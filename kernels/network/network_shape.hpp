// The shape of a network of dense layers, on both sides of the border between flag sets.
//
// Owns:      where parameters and values lie: row r of a learner's memory holds sixteen lanes, so a
//            vector of sixteen learners has as many rows as one learner has numbers.
// Must not:  emit code.
// Invariant: a sample's rows are the inputs, then every layer's outputs, the network's last.
#pragma once

#include <cstdint>

namespace lockstep {

inline constexpr int max_layers = 8;
inline constexpr int max_outputs = 33;  // of a network: a value, and one for each action

enum class Activation : std::int32_t { identity, relu, elu, tanh, sigmoid, softmax };

// How weights are initialized; biases start at 0.
enum class Initialization : std::int32_t {
    normal_fan_in,   // normal, of standard deviation 1 / sqrt(inputs) (tutorials 000 and 003)
    glorot_uniform,  // within +- sqrt(6 / (inputs + outputs)) (Glorot and Bengio 2010; Keras)
    uniform_fan_in,  // within +- 1 / sqrt(inputs), biases too (PyTorch's Linear)
};

struct LayerShape {
    std::int32_t inputs, outputs;
    Activation activation;  // softmax in the last layer only
    std::int32_t weights;   // first row of [output][input] among the parameters
    std::int32_t biases;    // first row of [output]; -1: none
    std::int32_t from, to;  // first row of inputs and outputs in a sample
};

struct NetworkShape {
    std::int32_t layer_count;
    LayerShape layers[max_layers];
    std::int32_t inputs, outputs;
    std::int32_t parameters;  // rows of the parameters
    std::int32_t rows;        // of one sample
};

}  // namespace lockstep
