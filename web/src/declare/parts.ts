// Pieces of the page as plain elements: the page must be light on an old phone, so there is no framework here.

type Child = Node | string

export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Record<string, string> = {},
  children: Child[] = [],
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag)
  Object.keys(attributes).forEach((name) => element.setAttribute(name, attributes[name] as string))
  children.forEach((child) => element.append(child))
  return element
}

export interface Field {
  box: HTMLElement
  input: HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement
  fault: (message: string) => void
}

/** A label, a hint, an input and the place for what is wrong with it, tied together for screen readers. */
export function field(name: string, label: string, hint: string, input: Field['input']): Field {
  const fault = make('p', { id: name + '-fault', class: 'fault', role: 'alert' })
  input.id = name
  input.setAttribute('name', name)
  input.setAttribute('aria-describedby', (hint ? name + '-hint ' : '') + name + '-fault')
  const box = make('div', { class: 'field' }, [make('label', { for: name }, [label])])
  if (hint) box.append(make('p', { id: name + '-hint', class: 'hint' }, [hint]))
  box.append(input, fault)
  return {
    box: box,
    input: input,
    fault: (message) => {
      fault.textContent = message
      box.classList.toggle('wrong', message !== '')
      if (message) input.setAttribute('aria-invalid', 'true')
      else input.removeAttribute('aria-invalid')
    },
  }
}

export function choices(options: { value: string; label: string }[], first: string): HTMLSelectElement {
  const select = make('select', {}, [make('option', { value: '' }, [first])])
  options.forEach((option) => select.append(make('option', { value: option.value }, [option.label])))
  return select
}
