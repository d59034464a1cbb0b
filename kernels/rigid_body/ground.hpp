// Which edges of the ground a body is near, in the order in which Box2D 2.3 would visit them, and
// the contacts that come of it (b2BroadPhase, b2ContactManager and b2Contact::Update).
//
// Must not:  know masses, joints, or impulses but to hand them on.
// Invariant: a body's list holds the edges whose boxes overlapped its own when that last changed,
//            the latest first.
#pragma once

#include <lockstep/detail/rigid_body/contact_solver.hpp>

namespace lockstep::rigid_body {

// The ground: a floor from (0, 0), and above it a line through `height` at equal distances.
inline constexpr int ground_points = 11, ground_edges = ground_points;
inline constexpr float ground_step = 2;

template <class Isa>
struct Ground {
    Floats<Isa> height[ground_points];

    auto columns() { return std::tie(height); }
};

// Edge 0 is the floor, edge i leads to the line's point i. Selected point by point, which takes less
// time than to gather.
template <class Isa>
LOCKSTEP_INLINE Edge<Isa> edge_of(const Ground<Isa>& ground, const Words<Isa>& number) noexcept {
    using F = Floats<Isa>;
    const F to = to_real(bit_cast<std::int32_t>(number), float{});
    const auto floor = number == 0U;
    F left(0), right(0);
    for (unsigned i = 1; i < ground_points; ++i) {
        const auto here = number == i;
        left = select(here, ground.height[i - 1], left);
        right = select(here, ground.height[i], right);
    }
    return {{select(floor, F(0), (to - 1) * ground_step), left},
            {select(floor, F((ground_points - 1) * ground_step), to * ground_step), right}};
}
template <class Isa>
LOCKSTEP_INLINE Edge<Isa> edge_of(const Ground<Isa>& ground, int number) noexcept {
    using P = Vec2<Isa>;
    if (number == 0) return {P(0, 0), P((ground_points - 1) * ground_step, 0)};
    const auto to = static_cast<float>(number);
    return {P((to - 1) * ground_step, ground.height[number - 1]),
            P(to * ground_step, ground.height[number])};
}

// The box that the broad phase keeps for what lies within `box`, and for a fixed edge.
template <class Isa>
LOCKSTEP_INLINE Box<Isa> grown(const Box<Isa>& box) noexcept {
    const Vec2<Isa> margin(0.1F, 0.1F);  // b2_aabbExtension
    return {box.low - margin, box.high + margin};
}
template <class Isa>
LOCKSTEP_INLINE Box<Isa> box_of(const Edge<Isa>& edge) noexcept {
    const Vec2<Isa> r(rim, rim);
    return grown<Isa>({lesser(edge.first, edge.second) - r, greater(edge.first, edge.second) + r});
}

// A body's contacts from step to step.
inline constexpr int max_touching = 3, max_near = 8;
template <class Isa>
struct Neighborhood {
    // What a contact leaves to the next step: 1 + its edge in four bits (0: none), its count of
    // points in two, and their ids, from bit 8 on.
    struct Memory {
        Words<Isa> key;
        ContactImpulse<Isa> impulse;

        auto columns() { return std::tie(key, impulse); }
    };
    Box<Isa> box;
    Words<Isa> near;  // the list, four bits an edge: 1 + its number; the first lowest
    Memory memory[max_touching];

    auto columns() { return std::tie(box, near, memory); }
};

// Place `k` of such a list: 1 + the number of an edge, 0 beyond the last.
template <class Isa>
LOCKSTEP_INLINE Words<Isa> listed_key(const Words<Isa>& near, int k) noexcept {
    return (near >> (4 * k)) & 15U;
}

// The contacts of a body in which it touches, in the order in which they are solved.
template <class Isa>
struct Touching {
    Contact<Isa> contact[max_touching];
    Words<Isa> count;
    int most = 0;  // in any lane
};

template <class Isa>
LOCKSTEP_INLINE Contact<Isa> select(const Mask<Isa>& here, const Contact<Isa>& yes,
                                    const Contact<Isa>& no) noexcept {
    Contact<Isa> r;
    const auto &a = yes.manifold, &b = no.manifold;
    auto& m = r.manifold;
    m.count = select(here, a.count, b.count);
    m.on_polygon = (here & a.on_polygon) | (~here & b.on_polygon);
    m.normal = select(here, a.normal, b.normal);
    m.plane = select(here, a.plane, b.plane);
    r.friction = select(here, yes.friction, no.friction);
    r.edge = select(here, yes.edge, no.edge);
    for (int i = 0; i < 2; ++i) {
        m.point[i] = select(here, a.point[i], b.point[i]);
        m.id[i] = select(here, a.id[i], b.id[i]);
    }
    r.impulse = select(here, yes.impulse, no.impulse);
    return r;
}

// The latest contact events of a body: whether any began, and whether the last one began or ended.
template <class Isa>
struct Events {
    Mask<Isa> began = Mask<Isa>::none(), last_began = Mask<Isa>::none(),
              last_ended = Mask<Isa>::none();

    LOCKSTEP_INLINE void add(const Mask<Isa>& was, const Mask<Isa>& is,
                             const Mask<Isa>& here) noexcept {
        const auto begins = here & is & ~was, ends = here & was & ~is;
        began = began | begins;
        last_began = (last_began & ~ends) | begins;
        last_ended = (last_ended & ~begins) | ends;
    }
};

// The memory of an edge, or none. `edge_key` is 1 + its number.
template <class Isa>
LOCKSTEP_INLINE typename Neighborhood<Isa>::Memory recall(const Neighborhood<Isa>& n,
                                                          const Words<Isa>& edge_key) noexcept {
    typename Neighborhood<Isa>::Memory found = {Words<Isa>(0U), n.memory[0].impulse};
    for (const auto& memory : n.memory) {
        const auto same = (memory.key & 15U) == edge_key;
        found.key = select(same, memory.key, found.key);
        found.impulse = select(same, memory.impulse, found.impulse);
    }
    return found;
}

// Finds where a body touches an edge now, with the impulses of the points that it touched before.
template <Polygon Shape, class Isa>
LOCKSTEP_INLINE void update_contact(const Neighborhood<Isa>& n, const Edge<Isa>& edge,
                                    const Words<Isa>& edge_key, const Pose<Isa>& pose,
                                    const Mask<Isa>& here, Events<Isa>& events,
                                    Contact<Isa>& c) noexcept {
    using F = Floats<Isa>;
    using W = Words<Isa>;
    c.edge = select(edge_key == 0U, W(0U), edge_key - 1U);
    collide<Shape>(edge, pose, here, c.manifold);
    c.friction = select(c.edge == 0U, F(Shape::friction_on_floor), F(Shape::friction));
    const auto old = recall(n, edge_key);
    const W old_count = (old.key >> 4) & 3U;
    const W old_id[2] = {(old.key >> 8) & 255U, (old.key >> 16) & 255U};
    for (int i = 0; i < 2; ++i) {
        const auto first = (old_count >= 1U) & (old_id[0] == c.manifold.id[i]);
        const auto second = (old_count == 2U) & (old_id[1] == c.manifold.id[i]);
        const auto& [push, drag] = old.impulse;
        c.impulse.push[i] = select(first, push[0], select(second, push[1], F(0)));
        c.impulse.drag[i] = select(first, drag[0], select(second, drag[1], F(0)));
    }
    events.add(old_count != 0U, c.manifold.count != 0U, here);
}

// Appends `c` where it touches.
template <class Isa>
LOCKSTEP_INLINE void append(Touching<Isa>& t, const Contact<Isa>& c) noexcept {
    const auto touches = c.manifold.count != 0U;
    if (!any(touches)) return;
    const auto fits = touches & (t.count < static_cast<std::uint32_t>(max_touching));
    for (int i = 0; i < max_touching; ++i) {
        const auto here = fits & (t.count == static_cast<std::uint32_t>(i));
        if (any(here)) {
            t.contact[i] = select(here, c, t.contact[i]);
            if (t.most <= i) t.most = i + 1;
        }
    }
    t.count = select(fits, t.count + 1U, t.count);
}

template <class Isa>
LOCKSTEP_INLINE void clear(Touching<Isa>& t) noexcept {
    t.count = Words<Isa>(0U);
    t.most = 0;
    for (auto& c : t.contact) {
        c = {};
        c.manifold.count = Words<Isa>(0U);
        c.manifold.on_polygon = Mask<Isa>::none();
    }
}

// Drops edges that the body's box has left, and finds where it touches the others
// (b2ContactManager::Collide).
template <Polygon Shape, class Isa>
LOCKSTEP_KERNEL [[gnu::noinline]] void find_touching(Neighborhood<Isa>& n,
                                                     const Ground<Isa>& ground,
                                                     const Pose<Isa>& pose, Events<Isa>& events,
                                                     Touching<Isa>& touching) noexcept {
    using W = Words<Isa>;
    clear(touching);
    W kept(0U), kept_count(0U);
    for (int k = 0; k < max_near; ++k) {
        const W key = listed_key(n.near, k);
        const auto here = key != 0U;
        if (!any(here)) break;
        const Edge<Isa> edge = edge_of(ground, select(here, key - 1U, W(0U)));
        const auto near = here & overlap(box_of(edge), n.box);
        // A contact that ends because its edge is dropped.
        const auto dropped = here & ~near;
        if (any(dropped)) events.add(recall(n, key).key != 0U, Mask<Isa>::none(), dropped);
        kept = select(near, kept | (key << (kept_count << 2)), kept);
        kept_count = select(near, kept_count + 1U, kept_count);
        if (!any(near)) continue;
        Contact<Isa> c;
        update_contact<Shape>(n, edge, select(near, key, W(0U)), pose, near, events, c);
        append(touching, c);
    }
    n.near = kept;
}

// Remembers the contacts for the next step, in the lanes of `here`.
template <class Isa>
LOCKSTEP_INLINE void remember(const Touching<Isa>& touching, const Mask<Isa>& here,
                              Neighborhood<Isa>& n) noexcept {
    using W = Words<Isa>;
    for (int i = 0; i < max_touching; ++i) {
        auto& memory = n.memory[i];
        const auto& c = touching.contact[i];
        const auto& m = c.manifold;
        const W key =
            select(m.count != 0U, (c.edge + 1U) | (m.count << 4) | (m.id[0] << 8) | (m.id[1] << 16),
                   W(0U));
        memory.key = select(here, key, memory.key);
        memory.impulse = select(here, c.impulse, memory.impulse);
    }
}

// Renews the body's box where its way from `before` to `now` leaves it, and then looks for new
// edges, in the lanes of `here` (b2Fixture::Synchronize, b2ContactManager::FindNewContacts).
template <Polygon Shape, class Isa>
LOCKSTEP_KERNEL [[gnu::noinline]] void find_near(const Pose<Isa>& before, const Pose<Isa>& now,
                                                 const Ground<Isa>& ground, const Mask<Isa>& here,
                                                 Neighborhood<Isa>& n) noexcept {
    using F = Floats<Isa>;
    using W = Words<Isa>;
    const Box<Isa> first = bounds<Shape>(before), last = bounds<Shape>(now);
    const Box<Isa> swept = {lesser(first.low, last.low), greater(first.high, last.high)};
    const auto left = here & ~contains(n.box, swept);
    if (!any(left)) return;
    // Twice the way ahead is added (b2_aabbMultiplier).
    const Vec2<Isa> ahead = F(2) * (now.origin - before.origin);
    auto [low, high] = grown(swept);
    low.x = select(ahead.x < 0, low.x + ahead.x, low.x);
    low.y = select(ahead.y < 0, low.y + ahead.y, low.y);
    high.x = select(ahead.x < 0, high.x, high.x + ahead.x);
    high.y = select(ahead.y < 0, high.y, high.y + ahead.y);
    n.box.low = select(left, low, n.box.low);
    n.box.high = select(left, high, n.box.high);

    W known(0U);
    for (int k = 0; k < max_near; ++k) known = known | (W(1U) << listed_key(n.near, k));
    for (int e = 0; e < ground_edges; ++e) {
        const auto met =
            left & ((known & (2U << e)) == 0U) & overlap(box_of(edge_of(ground, e)), n.box);
        n.near = select(met, (n.near << 4) | W(e + 1), n.near);
    }
}

}  // namespace lockstep::rigid_body
