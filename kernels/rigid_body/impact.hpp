// When a moving polygon first meets an edge (b2TimeOfImpact.cpp of Box2D 2.3), and what happens
// then (b2World::SolveTOI).
//
// Must not:  know joints: they take no part in impacts.
// Invariant: a lane in which nothing is met does not change.
#pragma once

#include <lockstep/detail/rigid_body/distance.hpp>
#include <lockstep/detail/rigid_body/ground.hpp>

namespace lockstep::rigid_body {

// A body's way during the rest of a step, which begins at the share `begun` of the step.
template <class Isa>
struct Sweep {
    Place<Isa> from, to;
    Floats<Isa> begun;
};

template <class Isa>
LOCKSTEP_INLINE Place<Isa> place_at(const Sweep<Isa>& s, const Floats<Isa>& t) noexcept {
    const Floats<Isa> rest = 1 - t;
    return {rest * s.from.center + t * s.to.center, rest * s.from.angle + t * s.to.angle};
}
template <Polygon Shape, class Isa>
LOCKSTEP_INLINE Pose<Isa> pose_at(const Sweep<Isa>& s, const Floats<Isa>& t) noexcept {
    return pose_of<Shape>(place_at(s, t));
}

// Impacts happen at this distance of the cores, give or take the tolerance.
inline constexpr float impact_distance = linear_slop;
inline constexpr float impact_tolerance = 0.25F * linear_slop;
static_assert(impact_distance >= 2 * rim - 3 * linear_slop);

namespace detail {

// How far a polygon and an edge are apart along an axis that is fixed to one of them.
template <Polygon Shape, class Isa>
struct Separation {
    using F = Floats<Isa>;
    using W = Words<Isa>;
    using P = Vec2<Isa>;

    LOCKSTEP_INLINE Separation(const SimplexCache<Isa>& cache, const Edge<Isa>& edge,
                               const Sweep<Isa>& sweep, const F& t) noexcept
        : edge_(edge), sweep_(sweep) {
        const Pose<Isa> pose = pose_at<Shape>(sweep, t);
        points_ = cache.count == 1U;
        on_polygon_ = ~points_ & (cache.on_edge[0] == cache.on_edge[1]);
        const P a1 = vertex_of(edge, cache.on_edge[0]), a2 = vertex_of(edge, cache.on_edge[1]);
        const P b1 = corner_of<Shape, Isa>(cache.on_polygon[0]);
        const P b2 = corner_of<Shape, Isa>(cache.on_polygon[1]);
        const P side = normalized(select(on_polygon_, clockwise(b2 - b1), clockwise(a2 - a1)));
        middle_ = F(0.5F) * select(on_polygon_, b1 + b2, a1 + a2);
        const P normal = select(on_polygon_, rotated(pose.turn, side), side);
        const P face = select(on_polygon_, placed(pose, middle_), middle_);
        const P other = select(on_polygon_, a1, placed(pose, b1));
        const auto behind = dot(other - face, normal) < 0;
        axis_ = select(points_, normalized(placed(pose, b1) - a1), select(behind, -side, side));
    }
    // The least separation at `t`, and the vertices where it is.
    LOCKSTEP_INLINE F least(const F& t, W& on_edge, W& on_polygon) const noexcept {
        const Pose<Isa> pose = pose_at<Shape>(sweep_, t);
        const P normal = select(on_polygon_, rotated(pose.turn, axis_), axis_);
        on_edge = farthest(edge_, select(points_, axis_, -normal));
        on_polygon = farthest<Shape>(rotated_back(pose.turn, -normal));
        return between(pose, normal, on_edge, on_polygon);
    }
    LOCKSTEP_INLINE F at(const F& t, const W& on_edge, const W& on_polygon) const noexcept {
        const Pose<Isa> pose = pose_at<Shape>(sweep_, t);
        const P normal = select(on_polygon_, rotated(pose.turn, axis_), axis_);
        return between(pose, normal, on_edge, on_polygon);
    }

private:
    LOCKSTEP_INLINE F between(const Pose<Isa>& pose, const P& normal, const W& on_edge,
                              const W& on_polygon) const noexcept {
        const P vertex = vertex_of(edge_, on_edge);
        const P corner = placed(pose, corner_of<Shape, Isa>(on_polygon));
        const P a = select(on_polygon_, placed(pose, middle_), select(points_, vertex, middle_));
        const P b = select(on_polygon_, vertex, corner);
        return dot(b - a, normal);
    }

    const Edge<Isa>& edge_;
    const Sweep<Isa>& sweep_;
    Mask<Isa> points_, on_polygon_;
    P axis_, middle_;
};

}  // namespace detail

// The share of the sweep after which the polygon meets the edge, in the lanes of `here`; 1 where it
// does not.
template <Polygon Shape, class Isa>
LOCKSTEP_KERNEL [[gnu::noinline]] Floats<Isa> time_of_impact(const Edge<Isa>& edge,
                                                             const Sweep<Isa>& way,
                                                             const Mask<Isa>& here) noexcept {
    using F = Floats<Isa>;
    using W = Words<Isa>;
    constexpr int max_iterations = 20, max_roots = 50, max_pushes = 16;
    const F target(impact_distance), tolerance(impact_tolerance);
    Sweep<Isa> sweep = way;
    constexpr float turn = 2 * pi;
    const F whole = F(turn) * floor(sweep.from.angle / turn);
    sweep.from.angle = sweep.from.angle - whole;
    sweep.to.angle = sweep.to.angle - whole;

    F met(1), t1(0);
    SimplexCache<Isa> cache;
    cache.count = W(0U);
    cache.metric = F(0);
    for (int i = 0; i < 3; ++i) cache.on_edge[i] = cache.on_polygon[i] = W(0U);
    auto active = here;
    for (int iteration = 0; iteration < max_iterations && any(active); ++iteration) {
        const F apart = distance<Shape>(edge, pose_at<Shape>(sweep, t1), active, cache);
        active = active & ~(apart <= 0);
        const auto touching = active & (apart < target + tolerance);
        met = select(touching, t1, met);
        active = active & ~touching;
        if (!any(active)) break;

        const detail::Separation<Shape, Isa> f(cache, edge, sweep, t1);
        F t2(1);
        auto pushing = active;
        for (int push = 0; push < max_pushes && any(pushing); ++push) {
            W on_edge, on_polygon;
            F s2 = f.least(t2, on_edge, on_polygon);
            const auto separated = pushing & (s2 > target + tolerance);
            active = active & ~separated;
            pushing = pushing & ~separated;
            const auto reached = pushing & (s2 > target - tolerance);
            t1 = select(reached, t2, t1);
            pushing = pushing & ~reached;
            if (!any(pushing)) break;
            F s1 = f.at(t1, on_edge, on_polygon);
            const auto failed = pushing & (s1 < target - tolerance);
            const auto begun = pushing & ~failed & (s1 <= target + tolerance);
            met = select(begun, t1, met);
            active = active & ~(failed | begun);
            pushing = pushing & ~(failed | begun);

            F low = t1, high = t2;
            auto seeking = pushing;
            for (int root = 0; root < max_roots && any(seeking); ++root) {
                const F t = root % 2 == 1 ? low + (target - s1) * (high - low) / (s2 - s1)
                                          : F(0.5F) * (low + high);
                const F s = f.at(t, on_edge, on_polygon);
                const auto found = seeking & (abs(s - target) < tolerance);
                t2 = select(found, t, t2);
                seeking = seeking & ~found;
                const auto above = s > target;
                low = select(seeking & above, t, low);
                s1 = select(seeking & above, s, s1);
                high = select(seeking & ~above, t, high);
                s2 = select(seeking & ~above, s, s2);
            }
        }
    }
    return met;
}

// Where it is certain at once that a polygon does not meet an edge: the edge's line, or its box,
// stays farther away than an impact's distance. A corner strays from the straight line between its
// two places by at most the arc's height.
template <Polygon Shape, class Isa>
class Bypass {
public:
    // `from` and `to` are the poses at both ends of the sweep.
    LOCKSTEP_INLINE Bypass(const Sweep<Isa>& sweep, const Pose<Isa>& from,
                           const Pose<Isa>& to) noexcept {
        for (int i = 0; i < n; ++i) {
            corner_[i] = placed(from, Vec2<Isa>(Shape::corner[i]));
            corner_[n + i] = placed(to, Vec2<Isa>(Shape::corner[i]));
        }
        low_ = high_ = corner_[0];
        for (const auto& c : corner_) low_ = lesser(low_, c), high_ = greater(high_, c);
        const Floats<Isa> turned = sweep.to.angle - sweep.from.angle;
        safe_ = Floats<Isa>(farthest_corner / 8) * (turned * turned) +
                1.2F * (impact_distance + impact_tolerance);
    }
    LOCKSTEP_INLINE Mask<Isa> passes(const Edge<Isa>& edge) const noexcept {
        const Vec2<Isa> normal = -clockwise(normalized(edge.second - edge.first));
        Floats<Isa> gap = dot(corner_[0] - edge.first, normal);
        for (int i = 1; i < 2 * n; ++i) gap = min(gap, dot(corner_[i] - edge.first, normal));
        return (gap > safe_) | (low_.x - edge.second.x > safe_) | (edge.first.x - high_.x > safe_);
    }

private:
    static constexpr int n = corners<Shape>;
    static constexpr float farthest_corner = 1;  // no shape here reaches as far from its center
    Vec2<Isa> corner_[2 * n], low_, high_;
    Floats<Isa> safe_;
};

// A body that a step has moved.
template <class Isa>
struct Moved {
    Sweep<Isa> sweep;
    Motion<Isa> motion;
};

namespace detail {

// How often each edge has been met in this step, and which edges are out of it for now.
template <class Isa>
struct Tally {
    static constexpr std::uint32_t max_impacts = 8;  // b2_maxSubSteps
    Words<Isa> count[ground_edges + 1];
    Words<Isa> disabled;  // bit k: the edge with key k

    LOCKSTEP_INLINE Tally() noexcept : disabled(0U) {
        for (auto& c : count) c = Words<Isa>(0U);
    }
    LOCKSTEP_INLINE void add(const Words<Isa>& key, const Mask<Isa>& here) noexcept {
        for (unsigned k = 1; k <= ground_edges; ++k)
            count[k] = select(here & (key == k), count[k] + 1U, count[k]);
    }
    LOCKSTEP_INLINE Mask<Isa> open(const Words<Isa>& key) const noexcept {
        Words<Isa> met(0U);
        for (unsigned k = 1; k <= ground_edges; ++k) met = select(key == k, count[k], met);
        return (met <= max_impacts) & (((disabled >> key) & 1U) == 0U);
    }
    LOCKSTEP_INLINE void disable(const Words<Isa>& key, const Mask<Isa>& here) noexcept {
        disabled = select(here, disabled | (Words<Isa>(1U) << key), disabled);
    }
    LOCKSTEP_INLINE void enable(const Words<Isa>& key, const Mask<Isa>& here) noexcept {
        const Words<Isa> bit = Words<Isa>(1U) << key;
        disabled = select(here & ((disabled & bit) != 0U), disabled - bit, disabled);
    }
};

// The first impact of each lane in the list's order: its time, and 1 + the number of its edge.
template <class Isa>
struct FirstImpact {
    Floats<Isa> time;
    Words<Isa> key;
};
template <Polygon Shape, class Isa>
LOCKSTEP_INLINE FirstImpact<Isa> first_impact(const Sweep<Isa>& sweep, const Pose<Isa>& from,
                                              const Pose<Isa>& to, const Ground<Isa>& ground,
                                              const Words<Isa>& near, const Tally<Isa>& tally,
                                              const Mask<Isa>& here) noexcept {
    using F = Floats<Isa>;
    using W = Words<Isa>;
    FirstImpact<Isa> first = {F(1), W(0U)};
    const Bypass<Shape, Isa> bypass(sweep, from, to);
    for (int k = 0; k < max_near; ++k) {
        const W key = listed_key(near, k);
        const auto listed = here & (key != 0U);
        if (!any(listed)) break;
        const Edge<Isa> edge = edge_of(ground, select(listed, key - 1U, W(0U)));
        const auto open = listed & tally.open(key) & ~bypass.passes(edge);
        if (!any(open)) continue;
        const F t = time_of_impact<Shape>(edge, sweep, open);
        const F time = select(open & (t < 1), min(F(1), sweep.begun + (1 - sweep.begun) * t), F(1));
        const auto earlier = time < first.time;
        first.time = select(earlier, time, first.time);
        first.key = select(earlier, key, first.key);
    }
    return first;
}

// Finds all contacts of a body that has met the edge `key`: that one first, then the others in the
// list's order.
template <Polygon Shape, class Isa>
LOCKSTEP_INLINE void contacts_at_impact(const Neighborhood<Isa>& n, const Ground<Isa>& ground,
                                        const Words<Isa>& key, const Contact<Isa>& met,
                                        const Pose<Isa>& pose, const Mask<Isa>& here,
                                        Tally<Isa>& tally, Events<Isa>& events,
                                        Touching<Isa>& touching) noexcept {
    using W = Words<Isa>;
    clear(touching);
    append(touching, met);
    for (int k = 0; k < max_near; ++k) {
        const W other = listed_key(n.near, k);
        const auto listed = here & (other != 0U) & (other != key);
        if (!any(listed)) continue;
        Contact<Isa> c;
        const W known = select(listed, other, W(1U));
        update_contact<Shape>(n, edge_of(ground, known - 1U), known, pose, listed, events, c);
        tally.enable(other, listed);
        append(touching, c);
    }
}

// Frees the body from what it met and moves it on through the rest of the step.
template <Polygon Shape, class Isa>
LOCKSTEP_INLINE void rebound(const Touching<Isa>& touching, const Mask<Isa>& here,
                             Moved<Isa>& body) noexcept {
    using F = Floats<Isa>;
    Place<Isa> place = body.sweep.from;
    auto open = here;
    for (int i = 0; i < 20 && any(open); ++i) {
        F gap(0);
        for (int c = 0; c < touching.most; ++c)
            correct_contact<Shape>(touching.contact[c].manifold, 0.75F, open, place, gap);
        open = open & ~(gap >= -1.5F * linear_slop);
    }
    const Pose<Isa> pose = pose_of<Shape>(place);
    PointMass<Isa> first[max_touching];
    PairMass<Isa> pair[max_touching];
    ContactImpulse<Isa> impulse[max_touching];
    for (int c = 0; c < touching.most; ++c) {
        Contact<Isa> still = touching.contact[c];
        still.impulse = {{F(0), F(0)}, {F(0), F(0)}};
        still.manifold.count = select(here, still.manifold.count, Words<Isa>(0U));
        begin_contact<Shape>(still, pose, place.center, first[c], pair[c], impulse[c]);
    }
    Motion<Isa> motion = body.motion;
    const auto solve = [&] {
        for (int c = 0; c < touching.most; ++c)
            solve_contact<Shape>(first[c], pair[c], impulse[c], motion);
    };
    // Without joints, iterations soon change nothing any more: looked for now and then.
    constexpr int look = 8;
    for (int i = 0; i < velocity_iterations; ++i) {
        if (i % look != look - 1) {
            solve();
            continue;
        }
        const Motion<Isa> before = motion;
        ContactImpulse<Isa> impulse_before[max_touching];
        for (int c = 0; c < touching.most; ++c) impulse_before[c] = impulse[c];
        solve();
        auto settled = same(motion, before);
        for (int c = 0; c < touching.most; ++c)
            settled = settled & same(impulse[c], impulse_before[c]);
        if (all(settled)) break;
    }
    Place<Isa> end = place;
    integrate(end, motion, (1 - body.sweep.begun) * time_step);
    body.sweep.from = select(here, place, body.sweep.from);
    body.sweep.to = select(here, end, body.sweep.to);
    body.motion = select(here, motion, body.motion);
}

}  // namespace detail

// Lets a body meet what lies on its way, impact by impact, in the lanes of `here`. `from` is its
// pose before the step; `to` that after it, which is kept up to date.
template <Polygon Shape, class Isa>
LOCKSTEP_KERNEL [[gnu::noinline]] void meet(Moved<Isa>& body, Pose<Isa> from, Pose<Isa>& to,
                                            const Ground<Isa>& ground, const Mask<Isa>& here,
                                            Neighborhood<Isa>& n, Events<Isa>& events) noexcept {
    using F = Floats<Isa>;
    auto active = here & (n.near != 0U);
    detail::Tally<Isa> tally;
    while (any(active)) {
        const auto first =
            detail::first_impact<Shape>(body.sweep, from, to, ground, n.near, tally, active);
        active = active & (first.key != 0U) & ~(1 - 10 * epsilon < first.time);
        if (!any(active)) break;
        Sweep<Isa> sweep = body.sweep;
        const F share = (first.time - sweep.begun) / (1 - sweep.begun);
        sweep.from = sweep.to = place_at(body.sweep, share);
        sweep.begun = first.time;
        const Pose<Isa> pose = pose_of<Shape>(sweep.from);
        tally.add(first.key, active);
        Contact<Isa> met;
        const Words<Isa> key = select(active, first.key, Words<Isa>(1U));
        update_contact<Shape>(n, edge_of(ground, key - 1U), key, pose, active, events, met);
        const auto touches = active & (met.manifold.count != 0U), misses = active & ~touches;
        tally.disable(first.key, misses);
        for (auto& memory : n.memory) {
            const auto gone = misses & ((memory.key & 15U) == first.key);
            memory.key = select(gone, Words<Isa>(0U), memory.key);
        }
        if (!any(touches)) continue;
        Touching<Isa> touching;
        detail::contacts_at_impact<Shape>(n, ground, first.key, met, pose, touches, tally, events,
                                          touching);
        remember(touching, touches, n);
        body.sweep.from = select(touches, sweep.from, body.sweep.from);
        body.sweep.begun = select(touches, sweep.begun, body.sweep.begun);
        detail::rebound<Shape>(touching, touches, body);
        from = pose_of<Shape>(body.sweep.from);
        to = pose_of<Shape>(body.sweep.to);
        find_near<Shape>(from, to, ground, touches, n);
    }
}

}  // namespace lockstep::rigid_body
