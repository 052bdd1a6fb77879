"""Reads what scripts/bench-fio.sh measured and prints medians and ratios; optionally writes JSON and an SVG.

usage: bench-report.py DIRECTORY JOBS JSON SVG TARGET...     (JSON and SVG may be empty)
"""
import glob
import json
import os
import statistics
import sys

directory, jobs, json_file, svg_file, names = sys.argv[1], sys.argv[2].split(","), sys.argv[3], sys.argv[4], sys.argv[5:]


def value_of(job, result):
    if job == "ext4-tree":
        return result["seconds"]
    side = result["jobs"][0]["read" if "read" in job else "write"]
    return side["iops"] if "4k" in job else side["bw_bytes"] / 1e9


def unit_of(job):
    return "s" if job == "ext4-tree" else "IOPS" if "4k" in job else "GB/s"


rounds = {}
for path in glob.glob(directory + "/*.*.*.json"):
    _, job, name, _ = os.path.basename(path).split(".")
    with open(path) as file:
        rounds.setdefault(job, {}).setdefault(name, []).append(value_of(job, json.load(file)))
medians = {job: {name: statistics.median(values) for name, values in rounds[job].items()} for job in jobs if job in rounds}

print("| job | unit | " + " | ".join(names) + " |")
print("|---|---|" + "---|" * len(names))
for job, values in medians.items():
    cells = []
    for name in names:
        if name not in values:
            cells.append("–")
        elif unit_of(job) == "IOPS":
            cells.append(f"{values[name]:,.0f}")
        else:
            cells.append(f"{values[name]:.2f}")
    print(f"| {job} | {unit_of(job)} | " + " | ".join(cells) + " |")


def ratio(job, of, to):
    values = medians.get(job, {})
    if of not in values or to not in values or not values[of] or not values[to]:
        return None
    return values[to] / values[of] if unit_of(job) == "s" else values[of] / values[to]


pairs = [("blockseal-xts", "qemu-luks"), ("blockseal-xts", "gocryptfs"), ("blockseal-xts", "nbdkit-luks"), ("blockseal-xts", "null"),
         ("blockseal-xts", "plain-file"), ("blockseal-gcm", "blockseal-xts"), ("blockseal-gcm", "plain-file")]
print()
print("How many times as fast:")
print()
print("| job | " + " | ".join(f"{of.removeprefix('blockseal-')} / {to.removeprefix('blockseal-')}" for of, to in pairs) + " |")
print("|---|" + "---|" * len(pairs))
for job in medians:
    cells = [ratio(job, of, to) for of, to in pairs]
    print(f"| {job} | " + " | ".join("–" if cell is None else f"{cell:.2f}" for cell in cells) + " |")

if json_file:
    with open(json_file, "w") as file:
        json.dump({"medians": medians, "rounds": rounds}, file, indent=2)

COLOURS = {"plain-file": "#9e9e9e", "null": "#d0d0d0", "blockseal-plain": "#90caf9", "blockseal-xts": "#1565c0",
           "blockseal-gcm": "#2e7d32", "qemu-luks": "#ef6c00", "gocryptfs": "#c2185b", "nbdkit-luks": "#6d4c41"}


def svg():
    """One group of bars a job, each as high as its part of the best in that job."""
    bar, gap, height, top, bottom = 14, 26, 220, 40, 70
    group = bar * len(names) + gap
    width = group * len(medians) + 40
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{top + height + bottom}" font-family="sans-serif" font-size="11">',
             f'<rect width="{width}" height="{top + height + bottom}" fill="white"/>']
    for i, name in enumerate(names):
        x = 20 + i * 120
        parts.append(f'<rect x="{x}" y="12" width="10" height="10" fill="{COLOURS.get(name, "#000")}"/><text x="{x + 14}" y="21">{name}</text>')
    for g, (job, values) in enumerate(medians.items()):
        speed = {n: 1 / v if unit_of(job) == "s" else v for n, v in values.items() if v}
        best = max(speed.values())
        x0 = 20 + g * group
        for i, name in enumerate(names):
            if name in speed:
                h = height * speed[name] / best
                parts.append(f'<rect x="{x0 + i * bar}" y="{top + height - h:.1f}" width="{bar - 2}" height="{h:.1f}" fill="{COLOURS.get(name, "#000")}">'
                             f"<title>{name}: {values[name]:.2f} {unit_of(job)}</title></rect>")
        parts.append(f'<text x="{x0}" y="{top + height + 16}">{job}</text>')
        parts.append(f'<text x="{x0}" y="{top + height + 30}" fill="#666">best: {values[max(speed, key=speed.get)]:,.4g} {unit_of(job)}</text>')
    return "\n".join(parts + ["</svg>", ""])


if svg_file:
    with open(svg_file, "w") as file:
        file.write(svg())
