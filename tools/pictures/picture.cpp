
#include "tools/pictures/picture.hpp"

#include <vector>

#include <lockstep/error.hpp>
#include <lockstep/table_game.hpp>

#include "engine/environments/config.hpp"
#include "tools/pictures/board_picture.hpp"

namespace lockstep {
namespace {

// What the environment itself draws.
Picture drawn(const EnvironmentKernels& kernels, const WorldSettings& settings) {
    std::vector<double> parameters;
    for (const std::vector<double>& values : settings.parameters) parameters.push_back(values[0]);
    return {kernels.picture->width, kernels.picture->height, kernels.picture->centiseconds,
            [&kernels, parameters, choices = settings.choices](Canvas& canvas,
                                                               std::span<const double> state) {
                kernels.draw(state.data(), parameters.data(), choices.data(), canvas);
            }};
}

// The rows of the environment's board.
Picture board(const WorldSettings& settings) {
    const FiniteMdp& mdp = settings.model->mdp();
    const auto height = static_cast<std::ptrdiff_t>(mdp.picture.size()) / mdp.boards;
    const auto number = mdp.boards > 1 ? static_cast<std::ptrdiff_t>(settings.parameters[0][0]) : 0;
    const auto first = mdp.picture.begin() + number * height;
    const BoardPicture picture{.rows = {first, first + height}};
    constexpr int unhurried = 25;
    return {
        picture.width(), picture.height(), unhurried,
        [picture](Canvas& canvas, std::span<const double> state) { picture.draw(canvas, state); }};
}

}  // namespace

Picture find_picture(const TrainConfig& config) {
    const EnvironmentEntry entry = find_environment(config.env);
    const WorldSettings settings = resolve(config.env_settings, entry, 1);
    const EnvironmentKernels& kernels = entry.tables.by_isa[Isa::scalar];
    if (kernels.draw != nullptr) return drawn(kernels, settings);
    if (settings.model && !settings.model->mdp().picture.empty()) return board(settings);
    throw ConfigError(config.env + ": it cannot be drawn: its environment has no draw()");
}

}  // namespace lockstep
