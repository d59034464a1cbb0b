
#include "tools/sweep/warm_start.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <optional>

#include <lockstep/error.hpp>

#include "agents/sweep/study/named_files.hpp"
#include "agents/sweep/study/prior.hpp"
#include "tools/store/store.hpp"

namespace lockstep::sweep {
namespace {

// Nothing if the store does not exist yet or holds another study; opening it reports the latter.
std::optional<Prior> recorded(const Study& study, const std::string& store) {
    if (!std::filesystem::exists(store)) return std::nullopt;
    try {
        const Study there = read_canonical(Store::read(store)->study().config);
        const bool same =
            there.warm_start == study.warm_start && there.space.size() == study.space.size();
        return same ? std::optional(there.prior) : std::nullopt;
    } catch (const ConfigError&) {
        return std::nullopt;
    }
}

}  // namespace

void load_prior(Study& study, const std::string& store) {
    if (study.warm_start.empty()) return;
    if (auto prior = recorded(study, store)) {
        study.prior = std::move(*prior);
        return;
    }
    const std::string path = path_of(study, study.warm_start);
    try {
        const auto older = Store::read(path);
        study.prior = prior_of(read_canonical(older->study().config), *older, study);
    } catch (const ConfigError& error) {
        throw ConfigError(fmt::format("{}warm_start = '{}': {}", study.where("study.warm_start"),
                                      path, error.what()));
    }
}

}  // namespace lockstep::sweep
