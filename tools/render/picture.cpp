#include <lockstep/tools/render/picture.hpp>

#include <algorithm>
#include <cstring>
#include <string_view>

#include <lockstep/engine/error.hpp>
#include <lockstep/tools/render/board_picture.hpp>
#include <lockstep/tools/render/cartpole_picture.hpp>

namespace lockstep {
namespace {

double value_of(const Description& about, const WorldSettings& settings, const char* name) {
    const auto found =
        std::ranges::find(about.parameters, std::string_view(name), &ParameterInfo::name);
    return settings.parameters[static_cast<std::size_t>(found - about.parameters.begin())][0];
}

Picture cartpole(const Description& about, const WorldSettings& settings) {
    const CartPolePicture picture{.x_threshold = value_of(about, settings, "x_threshold"),
                                  .length = value_of(about, settings, "length")};
    constexpr int gymnasiums = 2;  // 50 frames a second
    return {
        CartPolePicture::width, CartPolePicture::height, gymnasiums,
        [picture](Canvas& canvas, std::span<const double> state) { picture.draw(canvas, state); }};
}

// The rows of the board that the world walks on.
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
    const Description about = entry.tables.about();
    const WorldSettings settings = resolve(config.env_settings, entry, 1);
    if (std::strcmp(about.name, "cartpole") == 0) return cartpole(about, settings);
    if (settings.model && !settings.model->mdp().picture.empty()) return board(settings);
    throw ConfigError(config.env + ": there are pictures of CartPole and of boards only");
}

}  // namespace lockstep
