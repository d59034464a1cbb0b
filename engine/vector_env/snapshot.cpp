
#include "engine/vector_env/snapshot.hpp"

#include <cstring>
#include <string>

#include <lockstep/error.hpp>

#include "engine/memory/hash.hpp"

namespace lockstep {
namespace {

// A snapshot is this, then a Moment, the columns and the generators' states.
struct SnapshotHeader {
    std::uint64_t magic = 0x31706E736B636F4CU;  // "Locksnp1"
    std::uint64_t fingerprint = 0;
    std::uint64_t checksum = 0;  // of everything after the header
};
struct Moment {
    std::uint64_t time = 0;
    Key resets{}, dynamics{}, actions{};
};

void append(std::vector<std::byte>& bytes, const void* from, std::size_t size) {
    const auto* first = static_cast<const std::byte*>(from);
    bytes.insert(bytes.end(), first, first + size);
}

std::uint64_t checksum_of(std::span<const std::byte> payload) {
    Hash hash;
    hash.add(payload);
    return hash.value();
}

// The data after the header; throws ConfigError unless the snapshot may be restored.
std::span<const std::byte> checked_payload(std::span<const std::byte> snapshot,
                                           std::uint64_t fingerprint, std::size_t wanted) {
    SnapshotHeader header;
    if (snapshot.size() >= sizeof header) std::memcpy(&header, snapshot.data(), sizeof header);
    if (snapshot.size() < sizeof header || header.magic != SnapshotHeader{}.magic)
        throw ConfigError("not a snapshot of a VectorEnv");
    if (header.fingerprint != fingerprint) throw ConfigError("a snapshot of another configuration");
    const auto payload = snapshot.subspan(sizeof header);
    if (payload.size() != wanted || checksum_of(payload) != header.checksum) {
        throw ConfigError("a damaged snapshot: " + std::to_string(snapshot.size()) + " bytes of " +
                          std::to_string(sizeof header + wanted) + ", or its checksum is wrong");
    }
    return payload;
}

}  // namespace

std::uint64_t world_fingerprint(const VectorEnvConfig& config, const WorldSettings& settings,
                                std::size_t real_size) {
    Hash hash;
    hash.add(std::span<const char>(config.id));
    for (const std::uint64_t part :
         {static_cast<std::uint64_t>(config.num_envs), std::uint64_t{config.first_world},
          static_cast<std::uint64_t>(config.autoreset), static_cast<std::uint64_t>(config.seeding),
          static_cast<std::uint64_t>(config.episodes),
          static_cast<std::uint64_t>(settings.time_limit), std::uint64_t{real_size}}) {
        hash.mix(part);
    }
    for (const auto& values : settings.parameters) hash.add(std::span<const double>(values));
    hash.add(std::span<const std::int32_t>(settings.choices));
    for (std::size_t i = 0; i < settings.texts.size(); ++i) {
        const auto& file = settings.files[i];  // its content counts, not its name
        const std::string& text = file ? *file : settings.texts[i];
        hash.mix(text.size());
        hash.add(std::span<const char>(text));
    }
    return hash.value();
}

template <class Real>
std::vector<std::byte> take_snapshot(const WorldMemory<Real>& memory, std::uint64_t fingerprint) {
    const Worlds<Real>& w = memory.worlds;
    const Moment moment{w.time, w.resets, w.dynamics, w.actions};
    std::vector<std::byte> payload;
    append(payload, &moment, sizeof moment);
    append(payload, memory.columns.data(), memory.columns.size());
    for (const NumpyGenerator& generator : memory.generators)
        append(payload, &generator.state(), sizeof generator.state());
    const SnapshotHeader header{.fingerprint = fingerprint, .checksum = checksum_of(payload)};
    std::vector<std::byte> bytes;
    append(bytes, &header, sizeof header);
    append(bytes, payload.data(), payload.size());
    return bytes;
}

template <class Real>
void restore_snapshot(std::span<const std::byte> snapshot, const WorldMemory<Real>& memory,
                      std::uint64_t fingerprint) {
    const std::byte* from =
        checked_payload(snapshot, fingerprint,
                        sizeof(Moment) + memory.columns.size() +
                            memory.generators.size() * sizeof(NumpyGeneratorState))
            .data();
    const auto take = [&](void* to, std::size_t bytes) {
        std::memcpy(to, from, bytes);
        from += bytes;
    };
    Moment moment;
    take(&moment, sizeof moment);
    take(memory.columns.data(), memory.columns.size());
    for (NumpyGenerator& generator : memory.generators) {
        NumpyGeneratorState state;
        take(&state, sizeof state);
        generator.set_state(state);
    }
    Worlds<Real>& w = memory.worlds;
    w.time = moment.time;
    w.resets = moment.resets;
    w.dynamics = moment.dynamics;
    w.actions = moment.actions;
}

template std::vector<std::byte> take_snapshot(const WorldMemory<float>&, std::uint64_t);
template std::vector<std::byte> take_snapshot(const WorldMemory<double>&, std::uint64_t);
template void restore_snapshot(std::span<const std::byte>, const WorldMemory<float>&,
                               std::uint64_t);
template void restore_snapshot(std::span<const std::byte>, const WorldMemory<double>&,
                               std::uint64_t);

}  // namespace lockstep
