"""The references between the resources of a transformed template, as CloudFormation sees them."""

import itertools
import re


def worlds(template):
    """Returns every combination of the template's conditions, including impossible ones."""
    names = sorted(template.get("Conditions", {}))
    for values in itertools.product((True, False), repeat=len(names)):
        yield dict(zip(names, values))


def references(template, world):
    """Returns the references of each resource that exists in this world: by Ref, GetAtt, Sub and DependsOn, also in
    UpdatePolicy."""
    there = {
        name: resource
        for name, resource in template["Resources"].items()
        if "Condition" not in resource or world[resource["Condition"]]
    }
    return {name: set(_named(resource, world)) & there.keys() for name, resource in there.items()}


def _named(value, world):
    if isinstance(value, list):
        for item in value:
            yield from _named(item, world)
    if not isinstance(value, dict):
        return
    for key, item in value.items():
        if key == "Ref" and isinstance(item, str):
            yield item
        elif key == "Fn::GetAtt":
            yield (item if isinstance(item, str) else item[0]).split(".")[0]
        elif key == "DependsOn":
            yield from [item] if isinstance(item, str) else item
        elif key == "Fn::If":
            yield from _named(item[1 if world[item[0]] else 2], world)
        else:
            if key == "Fn::Sub":
                text = item if isinstance(item, str) else item[0]
                yield from (name.split(".")[0] for name in re.findall(r"\$\{([^!}][^}]*)}", text))
            yield from _named(item, world)


def cycle(graph):
    """Returns the resources of one cycle in order, with the first one again at the end; None if there is no cycle."""
    done, path = set(), []

    def visit(name):
        if name in path:
            return [*path[path.index(name) :], name]
        if name in done:
            return None
        path.append(name)
        found = next(filter(None, map(visit, sorted(graph[name]))), None)
        path.pop()
        done.add(name)
        return found

    return next(filter(None, map(visit, sorted(graph))), None)
