
#include "agents/network/network_spec.hpp"

#include <algorithm>
#include <charconv>
#include <iterator>

#include <lockstep/error.hpp>

namespace lockstep {
namespace {

constexpr std::string_view activation_names[] = {"identity", "relu",    "elu",
                                                 "tanh",     "sigmoid", "softmax"};
constexpr int widest = 1024;
constexpr std::int64_t max_parameters = 1 << 22;

std::vector<std::string_view> split(std::string_view text) {
    std::vector<std::string_view> parts;
    for (std::size_t at = 0; at <= text.size();) {
        const std::size_t end = std::min(text.find('-', at), text.size());
        parts.push_back(text.substr(at, end - at));
        at = end + 1;
    }
    return parts;
}

void check_width(int width, std::string_view shown) {
    if (width >= 1 && width <= widest) return;
    throw ConfigError("layer size '" + std::string(shown) + "': allowed 1 to " +
                      std::to_string(widest) + ", as in 32-32");
}

}  // namespace

std::vector<int> parse_layers(std::string_view text) {
    std::vector<int> layers;
    if (text == "none") return layers;
    for (const std::string_view part : split(text)) {
        int width = 0;
        const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), width);
        if (error != std::errc() || end != part.data() + part.size()) width = 0;
        check_width(width, part);
        layers.push_back(width);
    }
    return layers;
}

std::vector<Activation> parse_activations(std::string_view text) {
    // Only an output can be a softmax.
    const auto hidden = std::span(activation_names).first(5);
    std::vector<Activation> activations;
    for (const std::string_view part : split(text)) {
        const auto found = std::ranges::find(hidden, part);
        if (found == hidden.end()) throw ConfigError(unknown_name("activation", part, hidden));
        activations.push_back(static_cast<Activation>(found - hidden.begin()));
    }
    return activations;
}

std::string layers_text(const std::vector<int>& layers) {
    std::string text;
    for (const int width : layers) text += (text.empty() ? "" : "-") + std::to_string(width);
    return text.empty() ? "none" : text;
}

std::string activations_text(const std::vector<Activation>& activations) {
    std::string text;
    for (const Activation activation : activations) {
        if (!text.empty()) text += "-";
        text += name(activation);
    }
    return text;
}

std::string_view name(Activation activation) {
    return activation_names[static_cast<int>(activation)];
}

NetworkShape make_shape(const NetworkSpec& spec, int inputs, int outputs) {
    if (spec.hidden.size() >= max_layers) {
        throw ConfigError(std::to_string(spec.hidden.size()) + " hidden layers: allowed 0 to " +
                          std::to_string(max_layers - 1));
    }
    if (spec.activations.size() != 1 && spec.activations.size() != spec.hidden.size()) {
        throw ConfigError(std::to_string(spec.activations.size()) + " activations for " +
                          std::to_string(spec.hidden.size()) +
                          " hidden layers: give one, or one for each");
    }
    NetworkShape shape{};
    shape.inputs = inputs, shape.outputs = outputs;
    std::int64_t parameters = 0;
    std::int32_t before = inputs, rows = 0;
    const auto add = [&](std::int32_t width, Activation activation) {
        LayerShape& layer = shape.layers[shape.layer_count++];
        layer.inputs = before, layer.outputs = width, layer.activation = activation;
        layer.weights = static_cast<std::int32_t>(parameters);
        parameters += std::int64_t{before} * width;
        layer.biases = spec.bias ? static_cast<std::int32_t>(parameters) : -1;
        if (spec.bias) parameters += width;
        layer.from = rows;
        rows += before;
        layer.to = rows;
        before = width;
        if (parameters > max_parameters) {
            throw ConfigError("a network of more than " + std::to_string(max_parameters) +
                              " parameters");
        }
    };
    for (std::size_t i = 0; i < spec.hidden.size(); ++i) {
        check_width(spec.hidden[i], std::to_string(spec.hidden[i]));
        add(spec.hidden[i], spec.activations[spec.activations.size() == 1 ? 0 : i]);
    }
    add(outputs, spec.output);
    shape.parameters = static_cast<std::int32_t>(parameters);
    shape.rows = rows + outputs;
    return shape;
}

}  // namespace lockstep
