
#include <charconv>
#include <cmath>
#include <system_error>

#include <lockstep/error.hpp>
#include <lockstep/table_game.hpp>

#include "engine/environments/config.hpp"
#include "engine/text/number_text.hpp"
#include "engine/text/text_file.hpp"

namespace lockstep {

double shared_value(const Description& about, const WorldSettings& settings, std::size_t number) {
    const std::vector<double>& values = settings.parameters[number];
    if (values.size() == 1) return values[0];
    throw ConfigError(std::string(about.parameters.begin()[number].name) + " has " +
                      std::to_string(values.size()) +
                      " values: allowed 1, since all worlds share the tables that it shapes");
}

std::int64_t whole_value(const Description& about, const WorldSettings& settings,
                         std::size_t number) {
    const double value = shared_value(about, settings, number);
    if (value == std::floor(value)) return static_cast<std::int64_t>(value);
    const ParameterInfo& parameter = about.parameters.begin()[number];
    throw ConfigError(std::string(parameter.name) + " = " + shortest(value) +
                      ": allowed whole numbers from " + shortest(parameter.low) + " to " +
                      shortest(parameter.high));
}

std::vector<double> reward_list(std::string_view name, std::string_view text) {
    std::vector<double> numbers;
    const char* const last = text.data() + text.size();
    const auto refuse = [&](const std::string& why) {
        throw ConfigError(std::string(name) + " = '" + std::string(text) + "': " + why);
    };
    for (const char* at = text.data(); at <= last;) {
        double value = 0;
        const auto [end, error] = std::from_chars(at, last, value);
        const bool number = error == std::errc() || error == std::errc::result_out_of_range;
        if (!number || !(end == last || *end == ',') || !std::isfinite(value))
            refuse("expected numbers with commas between them");
        if (error != std::errc() || std::abs(value) > largest_reward)
            refuse(std::string(at, end) + ": allowed -1e+12 to 1e+12");
        numbers.push_back(value);
        at = end + 1;
    }
    return numbers;
}

}  // namespace lockstep
