// A hull with two legs on hinges, over fixed ground: one step of its world (b2World::Step of
// Box2D 2.3), for many vectors of worlds at once.
//
// Owns:      the order of bodies, joints and contacts: the second leg's come first, then the
//            hull's, then the first leg's, because Box2D begins with the body made last.
// Must not:  know rewards, engines or pictures.
// Invariant: each world's result is that of Box2D, bit for bit, whichever worlds share its vectors.
#pragma once

#include <lockstep/detail/lane/twice.hpp>
#include <lockstep/detail/rigid_body/impact.hpp>
#include <lockstep/detail/rigid_body/packing.hpp>

namespace lockstep::rigid_body {

// The bodies' numbers.
enum Member { hull, leg0, leg1, members };

template <class Isa>
struct World {
    Body<Isa> body[members];
    Vec2<Isa> hull_center;  // of mass; the legs' is where their origin is
    JointImpulse<Isa> joint[2];
    Vec<Isa, std::int32_t> held[2];  // see begin_joint
    Floats<Isa> rest_time[members];  // s, for which a body has hardly moved
    Neighborhood<Isa> near[members];
    Ground<Isa> ground;
    Mask<Isa> hull_hit, leg_contact[2], awake;

    const Vec2<Isa>& center(int i) const { return i == hull ? hull_center : body[i].position; }
};

namespace detail {

inline constexpr int max_contacts = members * max_touching;

// A contact's slot: most worlds touch the ground with at most one edge a leg.
inline constexpr int leg_slots = 2;
constexpr int slot_of(int member, int contact) {
    if (contact == 0 && member != hull) return member == leg1 ? 0 : 1;
    if (member == hull) return leg_slots + contact;
    return leg_slots + max_touching + (member == leg1 ? 0 : max_touching - 1) + contact - 1;
}

// What the velocity iterations change, and what they only read. In both, worlds that touch nothing
// need the columns before the contacts, and most others those of the first slots.
template <class Isa>
struct Sums {
    Motion<Isa> motion[members];
    JointImpulse<Isa> joint[2];
    ContactImpulse<Isa> contact[max_contacts];
};
template <class Isa>
struct Masses {
    JointMass<Isa> joint[2];
    PointMass<Isa> point[max_contacts];
    PairMass<Isa> pair[max_contacts];
};

// Which contacts the iterations visit: none, one point of each leg, or all.
enum class Visit { none, points, all };

// All velocity iterations of a vector, with up to `most` contacts of each member. The sums are
// copied, so that the compiler may keep them in registers.
template <class Hinges, Visit visit, class Isa>
LOCKSTEP_KERNEL [[gnu::noinline]] void solve_velocities(const Masses<Isa>& m,
                                                        const int (&most)[members],
                                                        Sums<Isa>& sums) noexcept {
    using Second = typename Hinges::Second;
    using First = typename Hinges::First;
    using Hull = typename First::A;
    using Leg = typename First::B;
    Sums<Isa> s = sums;
    const auto contact = [&]<class Shape>(int member, int i) LOCKSTEP_LAMBDA {
        const int slot = slot_of(member, i);
        solve_contact<Shape>(m.point[slot], m.pair[slot], s.contact[slot], s.motion[member]);
    };
    const bool held0 = any_held(m.joint[0]), held1 = any_held(m.joint[1]);
    for (int iteration = 0; iteration < velocity_iterations; ++iteration) {
        solve_joint<Second>(m.joint[1], held1, s.joint[1], s.motion[hull], s.motion[leg1]);
        solve_joint<First>(m.joint[0], held0, s.joint[0], s.motion[hull], s.motion[leg0]);
        if constexpr (visit == Visit::points) {
            solve_points<Leg, 2, Isa>({&m.point[0], &m.point[1]}, {&s.contact[0], &s.contact[1]},
                                      {&s.motion[leg1], &s.motion[leg0]});
        }
        if constexpr (visit == Visit::all) {
#pragma GCC unroll 1
            for (int i = 0; i < most[leg1]; ++i) contact.template operator()<Leg>(leg1, i);
#pragma GCC unroll 1
            for (int i = 0; i < most[hull]; ++i) contact.template operator()<Hull>(hull, i);
#pragma GCC unroll 1
            for (int i = 0; i < most[leg0]; ++i) contact.template operator()<Leg>(leg0, i);
        }
    }
    sums = s;
}

}  // namespace detail

// One vector of worlds in the middle of a step.
template <class Isa>
struct StepWork {
    detail::Sums<Isa> sums;
    detail::Masses<Isa> masses;
    Touching<Isa> touching[members];
    Pose<Isa> pose[members];  // before the step
    Events<Isa> events[members];
    // Bits of worlds, by what the iterations visit: one point a leg, or more; and those where
    // limits hold both joints.
    std::uint32_t touching_points, touching_more, held;
};

// The forces of a step, which act on the hull's center of mass.
template <class Isa>
struct Force {
    Vec2<Isa> force;
    Floats<Isa> torque;
    Floats<Isa> gravity;  // m/s^2, upward
};

// Finds contacts and adds the forces.
template <class Hinges, class Isa>
LOCKSTEP_KERNEL [[gnu::noinline]] void begin_step(World<Isa>& w, const Force<Isa>& force,
                                                  StepWork<Isa>& step) noexcept {
    using F = Floats<Isa>;
    using Hull = typename Hinges::First::A;
    using Leg = typename Hinges::First::B;
    const F h(time_step);
    auto& motion = step.sums.motion;
    const auto find = [&]<class Shape>(int i) LOCKSTEP_LAMBDA {
        const Body<Isa>& body = w.body[i];
        step.pose[i] = pose_of<Shape>(w.center(i), body.angle);
        step.events[i] = {};
        if (any(w.near[i].near != 0U))
            find_touching<Shape>(w.near[i], w.ground, step.pose[i], step.events[i],
                                 step.touching[i]);
        else
            clear(step.touching[i]);
        motion[i] = {body.velocity, body.spin};
        motion[i].velocity.y = motion[i].velocity.y + h * force.gravity;
    };
    find.template operator()<Hull>(hull);
    find.template operator()<Leg>(leg0);
    find.template operator()<Leg>(leg1);
    const F mass(Hull::inverse_mass);
    motion[hull].velocity = {w.body[hull].velocity.x + h * (mass * force.force.x),
                             w.body[hull].velocity.y + h * (force.gravity + mass * force.force.y)};
    motion[hull].spin = motion[hull].spin + F(time_step * Hull::inverse_inertia) * force.torque;

    const auto contacts = [&]<class Shape>(int i) LOCKSTEP_LAMBDA {
        const Touching<Isa>& t = step.touching[i];
        for (int c = 0; c < t.most; ++c) {
            const int slot = detail::slot_of(i, c);
            auto& [joints, points, pairs] = step.masses;
            auto& sums = step.sums.contact[slot];
            begin_contact<Shape>(t.contact[c], step.pose[i], w.center(i), points[slot], pairs[slot],
                                 sums);
            repeat_impulses<Shape>(points[slot], pairs[slot], sums, motion[i]);
        }
    };
    contacts.template operator()<Leg>(leg1);
    contacts.template operator()<Hull>(hull);
    contacts.template operator()<Leg>(leg0);
    const auto count = [&](int i) LOCKSTEP_LAMBDA { return step.touching[i].count; };
    const auto pair_of = [&](int i) LOCKSTEP_LAMBDA {
        return (count(i) != 0U) & (step.touching[i].contact[0].manifold.count == 2U);
    };
    const auto more = (count(hull) != 0U) | (count(leg0) > 1U) | (count(leg1) > 1U) |
                      pair_of(leg0) | pair_of(leg1);
    const auto legs = (count(leg0) != 0U) | (count(leg1) != 0U);
    step.touching_more = more.bits();
    step.touching_points = (legs & ~more).bits();
    // Slots that some world of this vector visits.
    for (int i = 0; i < members; ++i) {
        const int visited = step.touching_more != 0                  ? max_touching
                            : step.touching_points != 0 && i != hull ? 1
                                                                     : 0;
        for (int c = step.touching[i].most; c < visited; ++c) {
            const int slot = detail::slot_of(i, c);
            zero(step.masses.point[slot]);
            zero(step.masses.pair[slot]);
            zero(step.sums.contact[slot]);
        }
    }

    const auto joint = [&]<class H>(int i, int leg) LOCKSTEP_LAMBDA {
        step.sums.joint[i] = w.joint[i];
        begin_joint<H>(step.pose[hull].turn, w.body[hull].angle, step.pose[leg].turn,
                       w.body[leg].angle, w.held[i], step.masses.joint[i], step.sums.joint[i],
                       motion[hull], motion[leg]);
    };
    joint.template operator()<typename Hinges::Second>(1, leg1);
    joint.template operator()<typename Hinges::First>(0, leg0);
    step.held = ((w.held[0] != 0) & (w.held[1] != 0)).bits();
}

// Steps that lie `stride` bytes apart.
template <class Isa>
struct StridedSteps {
    StepWork<Isa>* first;
    std::size_t stride;
    int count;

    LOCKSTEP_INLINE StepWork<Isa>& operator[](int i) const noexcept {
        return *reinterpret_cast<StepWork<Isa>*>(reinterpret_cast<char*>(first) +
                                                 static_cast<std::size_t>(i) * stride);
    }
};

namespace detail {

// Lanes enough to keep the processor busy.
template <class Isa>
using Wide = std::conditional_t<Floats<Isa>::parts == 1, Twice<Isa>, Isa>;

// Solves the worlds that `chosen` picks of each of `count` vectors, as many at a time as fit.
template <class Hinges, Visit visit, class Isa>
LOCKSTEP_INLINE void solve_chosen(const StridedSteps<Isa>& steps, auto&& chosen) noexcept {
    constexpr int contacts = visit == Visit::none     ? 0
                             : visit == Visit::points ? leg_slots
                                                      : max_contacts;
    constexpr int sum_rows = rows_of<decltype(Sums<Isa>::motion)> +
                             rows_of<decltype(Sums<Isa>::joint)> +
                             contacts * rows_of<ContactImpulse<Isa>>;
    constexpr int mass_rows = visit == Visit::all ? rows_of<Masses<Isa>>
                                                  : rows_of<decltype(Masses<Isa>::joint)> +
                                                        contacts * rows_of<PointMass<Isa>>;
    constexpr int lanes = static_cast<int>(sizeof(Floats<Wide<Isa>>) / sizeof(float));
    // Full vectors of worlds from many; what a pack writes or reads beyond a row is overwritten or
    // not used, and beyond the last one there is room.
    struct {
        Sums<Wide<Isa>> all;
        float room[lane_count];
    } sums;
    struct {
        Masses<Wide<Isa>> all;
        float room[lane_count];
    } masses;
    struct Piece {
        int step, at;
        std::uint32_t worlds;
    } piece[lanes];
    int pieces = 0, filled = 0, most[members] = {};
    const auto flush = [&] {
        if (filled <= lane_count && lanes > lane_count) {
            Sums<Isa> narrow_sums;
            Masses<Isa> narrow_masses;
            copy_lanes<sum_rows>(&sums, lanes, &narrow_sums, lane_count);
            copy_lanes<mass_rows>(&masses, lanes, &narrow_masses, lane_count);
            clear_lanes<sum_rows, lane_count>(&narrow_sums, filled);
            clear_lanes<mass_rows, lane_count>(&narrow_masses, filled);
            solve_velocities<Hinges, visit>(narrow_masses, most, narrow_sums);
            copy_lanes<sum_rows>(&narrow_sums, lane_count, &sums, lanes);
        } else {
            if (filled < lanes) {
                clear_lanes<sum_rows, lanes>(&sums, filled);
                clear_lanes<mass_rows, lanes>(&masses, filled);
            }
            solve_velocities<Hinges, visit>(masses.all, most, sums.all);
        }
        for (int p = 0; p < pieces; ++p) {
            unpack_lanes<Isa, sum_rows, lanes>(Mask<Isa>::from_bits(piece[p].worlds), &sums,
                                               piece[p].at, &steps[piece[p].step].sums);
        }
        pieces = filled = 0;
        for (int& number : most) number = 0;
    };
    for (int i = 0; i < steps.count; ++i) {
        for (std::uint32_t worlds = chosen(steps[i]); worlds != 0;) {
            std::uint32_t rest = worlds;
            for (int room = lanes - filled; room > 0 && rest != 0; --room) rest &= rest - 1;
            const std::uint32_t taken = worlds & ~rest;
            const auto here = Mask<Isa>::from_bits(taken);
            pack_lanes<Isa, sum_rows, lanes>(here, &steps[i].sums, &sums, filled);
            pack_lanes<Isa, mass_rows, lanes>(here, &steps[i].masses, &masses, filled);
            for (int b = 0; b < members; ++b) {
                if (most[b] < steps[i].touching[b].most) most[b] = steps[i].touching[b].most;
            }
            piece[pieces++] = {i, filled, taken};
            filled += __builtin_popcount(taken);
            if (filled == lanes) flush();
            worlds = rest;
        }
    }
    if (filled > 0) flush();
}

}  // namespace detail

// The velocity iterations of many vectors: those worlds together that visit the same contacts and
// whose joints are at limits, since most are, or not. A vector alone is solved as it is.
template <class Hinges, class Isa>
LOCKSTEP_KERNEL [[gnu::noinline]] void solve_steps(const StridedSteps<Isa>& steps) noexcept {
    using detail::Visit;
    using Work = StepWork<Isa>;
    if (steps.count == 1) {
        Work& s = steps[0];
        int most[members];
        for (int i = 0; i < members; ++i) most[i] = s.touching[i].most;
        if (s.touching_more != 0)
            detail::solve_velocities<Hinges, Visit::all>(s.masses, most, s.sums);
        else if (s.touching_points != 0)
            detail::solve_velocities<Hinges, Visit::points>(s.masses, most, s.sums);
        else
            detail::solve_velocities<Hinges, Visit::none>(s.masses, most, s.sums);
        return;
    }
    detail::solve_chosen<Hinges, Visit::none>(
        steps, [](const Work& s) { return s.held & ~(s.touching_points | s.touching_more); });
    detail::solve_chosen<Hinges, Visit::none>(steps, [](const Work& s) {
        return ~(s.held | s.touching_points | s.touching_more) & 0xFFFFU;
    });
    detail::solve_chosen<Hinges, Visit::points>(
        steps, [](const Work& s) { return s.held & s.touching_points; });
    detail::solve_chosen<Hinges, Visit::points>(
        steps, [](const Work& s) { return ~s.held & s.touching_points; });
    detail::solve_chosen<Hinges, Visit::all>(steps, [](const Work& s) { return s.touching_more; });
}

namespace detail {

// Corrects overlaps and joints until they are within tolerances; returns where they are.
template <class Hinges, class Isa>
LOCKSTEP_INLINE Mask<Isa> correct(const World<Isa>& w, const StepWork<Isa>& step,
                                  Place<Isa> (&place)[members]) noexcept {
    using F = Floats<Isa>;
    using Hull = typename Hinges::First::A;
    using Leg = typename Hinges::First::B;
    auto open = ~Mask<Isa>::none();
    for (int i = 0; i < position_iterations && any(open); ++i) {
        Place<Isa> next[members] = {place[0], place[1], place[2]};
        F gap(0);
        const auto contacts = [&]<class Shape>(int member) LOCKSTEP_LAMBDA {
            const Touching<Isa>& t = step.touching[member];
            for (int c = 0; c < t.most; ++c)
                correct_contact<Shape>(t.contact[c].manifold, 0.2F, open, next[member], gap);
        };
        contacts.template operator()<Leg>(leg1);
        contacts.template operator()<Hull>(hull);
        contacts.template operator()<Leg>(leg0);
        const auto second =
            correct_joint<typename Hinges::Second>(w.held[1], next[hull], next[leg1]);
        const auto first = correct_joint<typename Hinges::First>(w.held[0], next[hull], next[leg0]);
        for (int b = 0; b < members; ++b) place[b] = select(open, next[b], place[b]);
        open = open & ~((gap >= -3.0F * linear_slop) & first & second);
    }
    return ~open;
}

// Lets worlds sleep in which every body has hardly moved for half a second.
template <class Isa>
LOCKSTEP_INLINE void doze(World<Isa>& w, const Mask<Isa>& solved,
                          Motion<Isa> (&motion)[members]) noexcept {
    using F = Floats<Isa>;
    constexpr float slow = 0.01F, slow_turn = angular_slop;
    F least(std::numeric_limits<float>::max());
    for (int i = 0; i < members; ++i) {
        const Motion<Isa>& m = motion[i];
        const auto moves =
            (m.spin * m.spin > slow_turn * slow_turn) | (dot(m.velocity, m.velocity) > slow * slow);
        w.rest_time[i] = select(moves, F(0), w.rest_time[i] + time_step);
        least = min(least, w.rest_time[i]);
    }
    const auto asleep = solved & (least >= 0.5F);
    if (!any(asleep)) return;
    w.awake = w.awake & ~asleep;
    for (int i = 0; i < members; ++i) {
        w.rest_time[i] = select(asleep, F(0), w.rest_time[i]);
        motion[i] = select(asleep, Motion<Isa>{{0, 0}, 0}, motion[i]);
    }
}

}  // namespace detail

// Moves the bodies by the velocities found.
template <class Hinges, class Isa>
LOCKSTEP_KERNEL [[gnu::noinline]] void end_step(StepWork<Isa>& step, World<Isa>& w) noexcept {
    using F = Floats<Isa>;
    using Hull = typename Hinges::First::A;
    using Leg = typename Hinges::First::B;
    for (int i = 0; i < 2; ++i) w.joint[i] = step.sums.joint[i];
    Place<Isa> place[members];
    auto& motion = step.sums.motion;
    for (int i = 0; i < members; ++i) {
        Touching<Isa>& t = step.touching[i];
        for (int c = 0; c < t.most; ++c) {
            const int slot = detail::slot_of(i, c);
            keep_impulses(step.masses.pair[slot], step.sums.contact[slot], t.contact[c].impulse);
        }
        remember(t, ~Mask<Isa>::none(), w.near[i]);
        place[i] = {w.center(i), w.body[i].angle};
        integrate(place[i], motion[i], F(time_step));
    }
    const auto solved = detail::correct<Hinges>(w, step, place);
    detail::doze(w, solved, motion);

    const auto arrive = [&]<class Shape>(int i) LOCKSTEP_LAMBDA {
        Body<Isa>& body = w.body[i];
        Pose<Isa> pose = pose_of<Shape>(place[i]);
        find_near<Shape>(step.pose[i], pose, w.ground, ~Mask<Isa>::none(), w.near[i]);
        Moved<Isa> moved = {{{w.center(i), body.angle}, place[i], F(0)}, motion[i]};
        if (any(w.near[i].near != 0U))
            meet<Shape>(moved, step.pose[i], pose, w.ground, w.awake, w.near[i], step.events[i]);
        body = {pose.origin, moved.sweep.to.angle, moved.motion.velocity, moved.motion.spin};
        if (i == hull) w.hull_center = moved.sweep.to.center;
    };
    arrive.template operator()<Hull>(hull);
    arrive.template operator()<Leg>(leg0);
    arrive.template operator()<Leg>(leg1);
    w.hull_hit = w.hull_hit | step.events[hull].began;
    for (int i = 0; i < 2; ++i) {
        const Events<Isa>& e = step.events[leg0 + i];
        w.leg_contact[i] = (w.leg_contact[i] | e.last_began) & ~e.last_ended;
    }
}

}  // namespace lockstep::rigid_body
