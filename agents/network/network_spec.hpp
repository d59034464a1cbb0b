// A user's description of a network, and the shape that follows from it.
//
// Must not:  know what the network is for.
// Invariant: every shape that reaches a kernel was made here.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <lockstep/detail/network/network_shape.hpp>

namespace lockstep {

struct NetworkSpec {
    std::vector<int> hidden = {10, 10};  // outputs of each hidden layer, 1 to 1024
    // Of each hidden layer; a single one serves all.
    std::vector<Activation> activations = {Activation::relu};
    Activation output = Activation::identity;
    bool bias = true;
    Initialization initialization = Initialization::normal_fan_in;
};

// "32-16": sizes of layers; "none": no hidden layer. "relu-identity": activations. Throw
// ConfigError, naming what is allowed.
std::vector<int> parse_layers(std::string_view text);
std::vector<Activation> parse_activations(std::string_view text);
// The reverse.
std::string layers_text(const std::vector<int>& layers);
std::string activations_text(const std::vector<Activation>& activations);
std::string_view name(Activation activation);

// Throws ConfigError if a size, the number of layers or the number of parameters is out of range,
// or if there is neither one activation nor one per hidden layer.
NetworkShape make_shape(const NetworkSpec& spec, int inputs, int outputs);

}  // namespace lockstep
